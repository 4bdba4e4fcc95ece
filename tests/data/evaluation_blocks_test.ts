import { assertEquals, assertThrows } from "@std/assert";
import {
  evaluationBlocks,
  type EvaluationBlocksOptions,
} from "../../lib/data/evaluation_blocks.ts";

Deno.test("evaluationBlocks() cuts blocks without overlap and drops the remainder, as the papers do", () => {
  assertEquals(evaluationBlocks(25, { block: 10 }), [
    { start: 0, end: 10, scoreFrom: 1 },
    { start: 10, end: 20, scoreFrom: 11 },
  ]);
});

Deno.test("evaluationBlocks() lets BOS take one place and scores every token behind it", () => {
  assertEquals(evaluationBlocks(20, { block: 10, bos: true }), [
    { start: 0, end: 9, scoreFrom: 0 },
    { start: 9, end: 18, scoreFrom: 9 },
  ]);
});

Deno.test("evaluationBlocks() with a stride scores each token once", () => {
  assertEquals(evaluationBlocks(20, { block: 10, stride: 4 }), [
    { start: 0, end: 10, scoreFrom: 1 },
    { start: 4, end: 14, scoreFrom: 10 },
    { start: 8, end: 18, scoreFrom: 14 },
  ]);
});

Deno.test("evaluationBlocks() never scores a token twice, nor leaves one out, for any options", () => {
  for (let block = 2; block < 9; block++) {
    for (let stride = 1; stride <= block - 1; stride++) {
      for (let length = block; length < 40; length++) {
        for (const bos of [false, true]) {
          const options: EvaluationBlocksOptions = { block, stride, bos };
          let next = bos ? 0 : 1;
          for (const { start, end, scoreFrom } of evaluationBlocks(length, options)) {
            assertEquals(end - start, bos ? block - 1 : block);
            assertEquals(scoreFrom, next);
            next = end;
          }
          // What is left over is shorter than a stride.
          assertEquals(length - next < stride, true);
        }
      }
    }
  }
});

Deno.test("evaluationBlocks() stops at the limit", () => {
  assertEquals(evaluationBlocks(100, { block: 10, limit: 3 }).length, 3);
  assertEquals(evaluationBlocks(100, { block: 10, limit: 30 }).length, 10);
});

Deno.test("evaluationBlocks() refuses a text shorter than one block and options out of range", () => {
  assertThrows(() => evaluationBlocks(9, { block: 10 }), RangeError, "the text has 9");
  assertThrows(() => evaluationBlocks(9, { block: 1 }), RangeError, "'block'");
  assertThrows(() => evaluationBlocks(99, { block: 10, stride: 11 }), RangeError, "from 1 to 10");
  assertThrows(
    () => evaluationBlocks(99, { block: 10, bos: true, stride: 10 }),
    RangeError,
    "to 9",
  );
  assertThrows(() => evaluationBlocks(99, { block: 10, limit: 0 }), RangeError, "'limit'");
});
