import { assertEquals, assertThrows } from "@std/assert";
import { replaceMarked } from "../../lib/report/marked_text.ts";

const TEXT = "before\n\n<!-- begin results -->\nold\n<!-- end results -->\n\nafter\n";

Deno.test("replaceMarked() replaces what stands between the markers and nothing else", () => {
  assertEquals(
    replaceMarked(TEXT, { name: "results", body: "new $& text" }),
    "before\n\n<!-- begin results -->\n\nnew $& text\n\n<!-- end results -->\n\nafter\n",
  );
});

Deno.test("replaceMarked() leaves text that is up to date as it is", () => {
  const once = replaceMarked(TEXT, { name: "results", body: "new" });
  assertEquals(replaceMarked(once, { name: "results", body: "new" }), once);
});

Deno.test("replaceMarked() refuses markers that are missing, doubled or the wrong way round", () => {
  const fill = (text: string) => () => replaceMarked(text, { name: "results", body: "" });
  assertThrows(fill("nothing"), RangeError, "it is there 0 times");
  assertThrows(fill(TEXT + TEXT), RangeError, "it is there 2 times");
  const turned = "<!-- end results -->\n<!-- begin results -->\n";
  assertThrows(fill(turned), RangeError, "its end stands before its begin");
});
