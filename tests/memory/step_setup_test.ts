import { assertEquals, assertRejects } from "@std/assert";
import { type MemoryOptions, resolveSetup } from "../../lib/memory/step_setup.ts";

const STEP: MemoryOptions = { model: "llama-2-7b", method: "lr-qat" };

Deno.test("resolveSetup() fills in the papers' defaults", async () => {
  const { batch, seq, accumulation, recompute, settings, moments } = await resolveSetup(STEP);
  assertEquals({ batch, seq, accumulation, recompute, moments }, {
    batch: 1,
    seq: 1024,
    accumulation: 1,
    recompute: "linear",
    moments: "float32",
  });
  assertEquals([settings.rank, settings.phi, settings.recompute], [32, "fixed", true]);
});

const REFUSED: readonly (readonly [string, Partial<MemoryOptions>, string])[] = [
  ["an unknown method", { method: "lrqat" }, "did you mean 'lr-qat'"],
  ["a sequence that the model does not allow", { seq: 4097 }, "from 2 to 4096"],
  ["a batch of nothing", { batch: 0 }, "'batch' must be an integer from 1"],
  ["half a micro-batch", { accumulation: 1.5 }, "current value is 1.5"],
  ["a rank above a layer's sides", { rank: 5000 }, "at most 4096"],
  ["a group that does not divide", { granularity: "g100" }, "does not divide"],
  ["an unknown recomputation", { recompute: "blok" as "block" }, "did you mean block"],
  ["an unknown type of moments", { moments: "int8" as "float32" }, "unknown 'moments'"],
  ["a rank without adapter", { method: "peqa", rank: 4 }, "'rank' is 4"],
];

for (const [what, options, message] of REFUSED) {
  Deno.test(`resolveSetup() refuses ${what}`, async () => {
    await assertRejects(() => resolveSetup({ ...STEP, ...options }), RangeError, message);
  });
}
