import { assert, assertEquals, assertRejects } from "@std/assert";
import { measureStep } from "../../lib/memory/measure.ts";
import { planStep } from "../../lib/memory/plan.ts";
import { type MemoryOptions, resolveSetup } from "../../lib/memory/step_setup.ts";

const STEP: MemoryOptions = { model: "brown-4m", method: "lsq", seq: 256 };

Deno.test("measureStep() runs the step, which takes about what is planned", async () => {
  const measured = await measureStep(STEP);
  const planned = await planStep(await resolveSetup(STEP));
  const { totalBytes, givenBytes, stepBytes, restBytes } = measured;
  assertEquals(givenBytes + stepBytes, totalBytes);
  assert(restBytes > totalBytes);
  // Some megabytes of the process come and go; `bench memory` has the figures.
  const ratio = planned.totalBytes / totalBytes;
  assert(ratio > 0.7 && ratio < 1.2, `${ratio}`);
});

Deno.test("measureStep() refuses what cannot be run or told here, before it starts anything", async () => {
  await assertRejects(
    () => measureStep({ model: "llama-2-70b", method: "lsq" }),
    RangeError,
    "Cannot measure a step of llama-2-70b: running it takes ",
  );
  await assertRejects(
    () => measureStep({ ...STEP, compute: "bfloat16" }),
    RangeError,
    "Cannot measure a step in bfloat16",
  );
  await assertRejects(() => measureStep({ ...STEP, model: "brwn-4m" }), RangeError, "brown-4m");
});
