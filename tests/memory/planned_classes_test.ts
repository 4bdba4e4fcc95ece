import { assertEquals } from "@std/assert";
import type { MemoryPlan } from "../../lib/engine/mod.ts";
import { plannedClasses } from "../../lib/memory/planned_classes.ts";

const PLAN: MemoryPlan = {
  totalBytes: 1000,
  argumentBytes: 300,
  outputBytes: 110,
  aliasBytes: 100,
  temporaryBytes: 690,
  inputs: [
    { kind: "state", name: "codes", shape: [8, 4], dtype: "int8", bytes: 32 },
    { kind: "state", name: "A", shape: [8, 2], dtype: "float32", bytes: 64 },
    { kind: "state", name: "first of A", shape: [8, 2], dtype: "float32", bytes: 64 },
    { kind: "capture", name: "capture 0", shape: [35], dtype: "float32", bytes: 140 },
  ],
  peak: [
    { shape: [4, 8], type: "f32", operation: "fusion", bytes: 128 },
    { shape: [8, 2], type: "f32", operation: "dot", bytes: 64 },
    { shape: [8, 2], type: "f32", operation: "fusion", bytes: 64 },
    { shape: [8, 4], type: "bf16", operation: "fusion", bytes: 64 },
    { shape: [10, 4], type: "bf16", operation: "dot", bytes: 80 },
  ],
  platform: "cpu",
  sixteenBit: "bfloat16",
  traceSeconds: 0,
  compileSeconds: 0,
  nodes: 0,
};

const FACTS = {
  variables: new Map(
    [["codes", "frozenWeights"], ["A", "trainable"], ["first of A", "optimizer"]] as const,
  ),
  trained: [{ shape: [8, 2], type: "f32" }],
  weights: [[8, 4]],
  vocab: 16,
};

Deno.test("plannedClasses() divides arguments by name and temporaries by shape", () => {
  const classes = plannedClasses(PLAN, FACTS);
  assertEquals(classes, {
    frozenWeights: 32,
    trainable: 64,
    optimizer: 64,
    gradients: 64,
    intermediates: 128 + 64,
    activations: 64 + 80,
    other: 1000 - 32 - 3 * 64 - 192 - 144,
  });
  assertEquals(Object.values(classes).reduce((sum, bytes) => sum + bytes, 0), PLAN.totalBytes);
});

Deno.test("plannedClasses() counts weights of a trained layer as gradients once, then as intermediates", () => {
  const peak = Array.from(
    { length: 3 },
    () => ({ shape: [8, 4], type: "f32", operation: "dot", bytes: 128 }),
  );
  const classes = plannedClasses({ ...PLAN, peak }, {
    ...FACTS,
    trained: [{ shape: [8, 4], type: "f32" }],
  });
  assertEquals([classes.gradients, classes.intermediates], [128, 256]);
});

Deno.test("plannedClasses() finds no gradients beside logits, and codes alone among the intermediates", () => {
  const peak = [
    { shape: [7, 16], type: "f32", operation: "dot", bytes: 448 },
    { shape: [8, 4], type: "f32", operation: "fusion", bytes: 128 },
    { shape: [8, 4], type: "s8", operation: "fusion", bytes: 32 },
    { shape: [8, 2], type: "f32", operation: "dot", bytes: 64 },
  ];
  const { gradients, intermediates, activations } = plannedClasses({ ...PLAN, peak }, FACTS);
  assertEquals([gradients, intermediates, activations], [0, 32, 448 + 128 + 64]);
});
