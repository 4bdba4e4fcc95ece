import { assert, assertEquals, assertThrows } from "@std/assert";
import { MEMORY_CLASSES } from "../../lib/memory/memory_classes.ts";
import { paperStackMemory } from "../../lib/memory/paper_stack.ts";
import { defaultStack, paperStackNamed } from "../../lib/memory/paper_stacks.ts";
import { type MemoryOptions, resolveSetup } from "../../lib/memory/step_setup.ts";

const GIB = 2 ** 30;
const BASE = { model: "llama-2-7b", batch: 1, seq: 1024 } as const;

async function memoryOf(options: Omit<MemoryOptions, "model">, stack = "lr-qat") {
  return paperStackMemory(await resolveSetup({ ...BASE, ...options }), paperStackNamed(stack));
}

Deno.test("the classes of a stack add up to its total, and so do its terms", async () => {
  for (const method of ["float", "lora", "lsq", "peqa", "lr-qat", "l4q", "qat-lora", "qlora"]) {
    const { totalBytes, byClass, terms } = await memoryOf({ method, recompute: "none" });
    assertEquals(MEMORY_CLASSES.reduce((sum, name) => sum + byClass[name], 0), totalBytes);
    assertEquals(terms.reduce((sum, { bytes }) => sum + bytes, 0), totalBytes);
  }
});

// LR-QAT, Fig. 1: segments measured on the picture, within 0.1 GiB; embedding and head are `other`.
const SEGMENTS = [
  [{ method: "lsq", recompute: "none" }, [0, 12.1, 12.0, 24.2, 12.8, 36.4, 1.0]],
  [{ method: "peqa", recompute: "none" }, [6.1, 0, 0, 0, 12.9, 12.0, 1.0]],
] as const;

for (const [options, expected] of SEGMENTS) {
  Deno.test(`full ${options.method} has the segments of LR-QAT's figure`, async () => {
    const { byClass } = await memoryOf(options);
    for (const [index, name] of MEMORY_CLASSES.entries()) {
      const [ours, theirs = 0] = [byClass[name] / GIB, expected[index]];
      assert(Math.abs(ours - theirs) < 0.25, `${name}: ${ours} GiB, the figure has ${theirs}`);
    }
  });
}

Deno.test("one copy of each weight less is kept for every op that reads no product", async () => {
  const kept = async (method: string, stack: string) => {
    const rank = method === "lsq" ? {} : { rank: 4 };
    const options = { method, recompute: "none", ...rank } as const;
    return (await memoryOf(options, stack)).byClass.intermediates;
  };
  const weights = 2 * 6_476_005_376;
  const copies = async (method: string, stack: string) =>
    Math.round(await kept(method, stack) / weights);
  assertEquals(await copies("lsq", "lr-qat"), 3);
  assertEquals(await copies("lr-qat", "lr-qat"), 3);
  assertEquals(await copies("lsq", "l4q"), 1);
  assertEquals(await copies("qat-lora", "l4q"), 1);
  assertEquals(await copies("l4q", "l4q"), 0);
});

Deno.test("blocks made again keep their inputs, and the step takes less for it", async () => {
  const options = { method: "lr-qat", phi: "q4.4", rank: 32 } as const;
  const linear = await memoryOf({ ...options, recompute: "linear" });
  const block = await memoryOf({ ...options, recompute: "block" });
  assert(block.byClass.activations < 0.1 * linear.byClass.activations);
  assertEquals(block.byClass.frozenWeights, linear.byClass.frozenWeights);
});

Deno.test("a method's stack is its paper's, and a mistyped one offers the nearest", () => {
  assertEquals(["lr-qat", "lsq", "l4q", "lora"].map((name) => defaultStack(name).name), [
    "lr-qat",
    "lr-qat",
    "l4q",
    "l4q",
  ]);
  assertThrows(() => paperStackNamed("lrqat"), RangeError, "did you mean lr-qat");
});
