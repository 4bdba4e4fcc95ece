import { assertEquals, assertRejects } from "@std/assert";
import { readText, type TextSource } from "../../lib/data/text_source.ts";

function source(...documents: string[]): TextSource {
  return {
    name: "s",
    async *documents() {
      yield* await Promise.resolve(documents);
    },
  };
}

Deno.test("readText() joins documents by a blank line, empty ones too", async () => {
  assertEquals(await readText(source("a", "", " b\n", "c")), "a\n\n\n\n b\n\n\nc");
});

Deno.test("readText() refuses a source without text", async () => {
  for (const empty of [source(), source(""), source(" ", "\n")]) {
    await assertRejects(() => readText(empty), RangeError, 'Cannot use the text "s": it is empty');
  }
});
