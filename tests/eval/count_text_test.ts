import { assertEquals } from "@std/assert";
import { countText } from "../../lib/eval/count_text.ts";
import { loadTokenizer } from "../../lib/data/load_tokenizer.ts";
import { tinyFolder } from "../model/tiny_model.ts";

const tokenizer = await loadTokenizer(tinyFolder("grouped-untied"));
const TEXT = "a cat  sat\nthere";

function count(...spans: [number, number][]) {
  const ids = tokenizer.encode(TEXT);
  return countText(ids, { tokenizer, spans: spans.map(([start, end]) => ({ start, end })) });
}

Deno.test("countText() counts the words and bytes of a whole text", () => {
  assertEquals(count([0, TEXT.length]), { words: 4, bytes: TEXT.length });
});

Deno.test("countText() counts a word where it begins", () => {
  assertEquals(count([3, 5]), { words: 0, bytes: 2 });
  assertEquals(count([3, 5], [7, 8]), { words: 1, bytes: 3 });
  assertEquals(count([0, 1], [10, 12]), { words: 2, bytes: 3 });
});
