import { assertEquals } from "@std/assert";
import { splitSpecial } from "../../lib/data/split_special.ts";

const letters = (text: string) => [...text].map((letter) => letter.codePointAt(0)!);

Deno.test("splitSpecial() takes the longest token of those that begin at the same place", () => {
  const encode = splitSpecial([{ content: "<a", id: -1 }, { content: "<a>", id: -2 }], letters);
  assertEquals(encode("x<a><ay"), [120, -2, -1, 121]);
});

Deno.test("splitSpecial() takes signs of regular expressions as letters", () => {
  const encode = splitSpecial([{ content: "<|.*|>", id: -1 }, { content: "[x]", id: -2 }], letters);
  assertEquals(encode("<|a|>"), letters("<|a|>"));
  assertEquals(encode("[x]x<|.*|>"), [-2, 120, -1]);
});

Deno.test("splitSpecial() never gives an empty text to the encoder", () => {
  const refuse = (text: string) => {
    if (text === "") throw new Error("Empty text");
    return letters(text);
  };
  assertEquals(splitSpecial([], refuse)(""), []);
  assertEquals(splitSpecial([{ content: "a", id: -1 }], refuse)("aa"), [-1, -1]);
});
