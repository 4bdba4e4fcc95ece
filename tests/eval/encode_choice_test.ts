import { assertEquals, assertThrows } from "@std/assert";
import { loadTokenizer } from "../../lib/data/load_tokenizer.ts";
import { encodeChoice } from "../../lib/eval/encode_choice.ts";
import { tinyFolder } from "../model/tiny_model.ts";

const tokenizer = await loadTokenizer(tinyFolder("grouped-untied"));

Deno.test("encodeChoice() gives the choice the tokens behind the context's, white space included", () => {
  for (const [context, choice] of [["once", " upon"], ["once ", "upon"]] as const) {
    const { ids, first, cut } = encodeChoice(tokenizer, { context, choice }, {
      seq: 64,
      bos: false,
    });
    assertEquals(tokenizer.decode(ids), "once upon");
    assertEquals(tokenizer.decode(ids.subarray(first)), " upon");
    assertEquals(cut, 0);
  }
});

Deno.test("encodeChoice() cuts the front of a context that is too long", () => {
  const parts = { context: "once", choice: " upon" };
  const { ids, first, cut } = encodeChoice(tokenizer, parts, { seq: 6, bos: false });
  // Six tokens are seen, and the last one is predicted.
  assertEquals([tokenizer.decode(ids), first, cut], ["ce upon", 2, 2]);
});

Deno.test("encodeChoice() puts BOS in front of a choice without context", () => {
  const { ids, first } = encodeChoice(tokenizer, { context: "", choice: "a" }, {
    seq: 4,
    bos: false,
  });
  assertEquals([[...ids], first], [[tokenizer.bosId ?? -1, ...tokenizer.encode("a")], 1]);
});

Deno.test("encodeChoice() refuses choices without tokens or with too many", () => {
  const encode = (choice: string) => () =>
    encodeChoice(tokenizer, { context: "once", choice }, { seq: 4, bos: false });
  assertThrows(encode(""), RangeError, "has no token of its own");
  assertThrows(encode(" upon"), RangeError, "has 5 tokens: 'seq' allows 4");
});

Deno.test("encodeChoice() puts BOS in front of a context where it is asked to", () => {
  const parts = { context: "once", choice: " upon" };
  const [behind, bare] = [true, false].map((bos) =>
    encodeChoice(tokenizer, parts, { seq: 64, bos })
  );
  assertEquals([...behind!.ids], [tokenizer.bosId ?? -1, ...bare!.ids]);
  assertEquals(behind!.first, bare!.first + 1);
});
