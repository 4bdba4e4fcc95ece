import { assertEquals, assertThrows } from "@std/assert";
import {
  encodeInstruction,
  IGNORED_LABEL,
  instructionBatchAt,
  type InstructionExample,
} from "../../lib/data/instruction_batches.ts";
import { alpacaPrompt } from "../../lib/data/alpaca.ts";
import { parseTokenizer } from "../../lib/data/load_tokenizer.ts";
import { tokenizerFixtures } from "./fixtures/fixtures.ts";

const tokenizer = parseTokenizer({
  path: "t.json",
  tokenizer: JSON.stringify(tokenizerFixtures().sentencePieceJson),
  config: '{"eos_token": "</s>"}',
});
const RECORD = { instruction: "Add.", input: "1 2", output: "The sum is 3." };

Deno.test("encodeInstruction() encodes prompt, answer and EOS, with BOS in front", () => {
  const { tokens, labels } = encodeInstruction(tokenizer, RECORD, { maskPrompt: false });
  assertEquals(tokenizer.decode(tokens), `<s> ${alpacaPrompt(RECORD)}The sum is 3.</s>`);
  assertEquals(labels, tokens);
});

Deno.test("encodeInstruction() with a masked prompt learns the answer and EOS only", () => {
  const { tokens, labels } = encodeInstruction(tokenizer, RECORD, { maskPrompt: true });
  const learned = [...labels].filter((label) => label !== IGNORED_LABEL);
  assertEquals(learned, [...tokens.slice(-learned.length)]);
  assertEquals(tokenizer.decode(learned), "The sum is 3.</s>");
});

Deno.test("encodeInstruction() learns a token that holds letters of the prompt and the answer", () => {
  const merging = parseTokenizer({
    path: "t.json",
    tokenizer: JSON.stringify(withToken(":T", [":", "T"])),
    config: '{"eos_token": "</s>"}',
  });
  const { labels } = encodeInstruction(merging, RECORD, { maskPrompt: true });
  const learned = [...labels].filter((label) => label !== IGNORED_LABEL);
  assertEquals(merging.decode(learned), ":The sum is 3.</s>");
});

interface Bpe {
  model: { vocab: Record<string, number>; merges: [string, string][] };
}

function withToken(token: string, parts: [string, string]): unknown {
  const json = structuredClone(tokenizerFixtures().sentencePieceJson) as Bpe;
  json.model.vocab[token] = Object.keys(json.model.vocab).length;
  json.model.merges.unshift(parts);
  return json;
}

const EXAMPLES: InstructionExample[] = [1, 2, 3, 4, 5].map((length) => {
  const tokens = Int32Array.from({ length }, (_, k) => 10 * length + k);
  return { tokens, labels: tokens.with(0, IGNORED_LABEL) };
});

Deno.test("instructionBatchAt() fills short rows at the right and cuts long ones", () => {
  const options = { seed: 2, step: 0, batch: 5, seq: 3, padId: 7 };
  const { tokensBT, labelsBT, examples } = instructionBatchAt(EXAMPLES, options);
  assertEquals(examples.toSorted(), [0, 1, 2, 3, 4]);
  for (const [row, example] of examples.entries()) {
    const { tokens, labels } = EXAMPLES[example]!;
    const length = Math.min(3, tokens.length);
    const rowOf = (values: Int32Array) => [...values.slice(row * 3, row * 3 + 3)];
    const pads = <T>(value: T) => new Array<T>(3 - length).fill(value);
    assertEquals(rowOf(tokensBT), [...tokens.slice(0, length), ...pads(7)]);
    assertEquals(rowOf(labelsBT), [...labels.slice(0, length), ...pads(IGNORED_LABEL)]);
  }
});

Deno.test("instructionBatchAt() shows every example once an epoch and repeats a step exactly", () => {
  const place = { seed: 4, batch: 2, seq: 4, padId: 0 };
  const seen = [0, 1, 2, 3, 4].flatMap((step) => {
    return instructionBatchAt(EXAMPLES, { ...place, step }).examples;
  });
  assertEquals(seen.slice(0, 5).toSorted(), [0, 1, 2, 3, 4]);
  assertEquals(seen.slice(5).toSorted(), [0, 1, 2, 3, 4]);
  assertEquals(instructionBatchAt(EXAMPLES, { ...place, step: 3 }).examples, seen.slice(6, 8));
});

Deno.test("instructionBatchAt() refuses an empty list and rows without a token to predict", () => {
  const place = { seed: 0, step: 0, batch: 1, seq: 4, padId: 0 };
  assertThrows(() => instructionBatchAt([], place), RangeError, "no items");
  assertThrows(() => instructionBatchAt(EXAMPLES, { ...place, seq: 1 }), RangeError, "'seq'");
});
