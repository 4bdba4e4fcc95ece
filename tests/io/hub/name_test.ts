import { assertEquals, assertThrows } from "@std/assert";
import { isCommit, parseHubName } from "../../../lib/io/hub/name.ts";

Deno.test("parseHubName() reads names, revisions and data sets", () => {
  const parse = (text: string) => Object.values(parseHubName(text));
  assertEquals(parse("gpt2"), ["model", "gpt2", "main"]);
  assertEquals(parse("a/b.c-d_1@v1.0"), ["model", "a/b.c-d_1", "v1.0"]);
  assertEquals(parse("datasets/a/b@refs/pr/1"), ["dataset", "a/b", "refs/pr/1"]);
});

for (
  const text of [
    "",
    "a/b/c",
    "a//b",
    "../b",
    "a/..",
    "a b/c",
    "a/b@",
    "a/b@..",
    "a/b@-x",
    "a/b@x/../y",
    "a/b@x@y",
    "https://x/y",
    "datasets/",
    "a\\b",
  ]
) {
  Deno.test(`parseHubName() refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseHubName(text), SyntaxError);
  });
}

Deno.test("isCommit() takes a full hash only", () => {
  assertEquals([isCommit("a1".repeat(20)), isCommit("A1".repeat(20)), isCommit("a1")], [
    true,
    false,
    false,
  ]);
});
