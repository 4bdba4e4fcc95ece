/**
 * The process of `measure.ts`: `STEP`, a `MemoryOptions` as JSON. Prints one JSON object.
 *
 * @module
 */
import { start } from "../engine/mod.ts";
import { returnFreedMemory } from "../engine/native/return_freed_memory.ts";
import { tf } from "../engine/tf.ts";
import { initialParameters } from "../model/initialize.ts";
import { uniformTensor } from "../model/random.ts";
import type { TrainingBatch } from "../train/training_data.ts";
import type { MeasuredMemory } from "./measure.ts";
import { peakResident } from "./peak_resident.ts";
import { setupStep } from "./setup_step.ts";
import { type MemoryOptions, resolveSetup, type StepSetup } from "./step_setup.ts";

/** Steps before, of which the first compiles, and steps that are watched. */
const [WARM_UP, STEPS] = [3, 4];

/**
 * Runs the training step of a setup in this process, which should do nothing else before and after.
 *
 * @throws {RangeError} If the plugin's device is no CPU.
 * @throws {PluginUnavailableError} If there is no PJRT plugin that could run it.
 */
export async function measureHere(setup: StepSetup): Promise<MeasuredMemory> {
  const { devices } = await start({ backend: "pjrt" });
  const [device] = devices;
  if (device?.type !== "CPU") {
    throw new RangeError(
      `Cannot measure a step on ${device?.name}: resident memory tells of a CPU only; ` +
        "let QATLAB_PJRT_PLUGIN name a plugin for CPUs, or plan",
    );
  }
  const parameters = initialParameters(setup.config, { seed: 0 });
  const model = { source: "random", config: setup.config, parameters };
  const { prepared, step } = await setupStep(setup, model);
  const batches = Array.from({ length: setup.accumulation }, (_, i) => randomBatch(setup, i));
  const runStep = (index: number) => step.run(batches, { step: index, factor: 1 });
  try {
    for (let index = 0; index < WARM_UP; index++) runStep(index);
    await settle();
    const { beforeBytes, peakBytes, source } = await peakResident(() => {
      for (let index = 0; index < STEPS; index++) runStep(WARM_UP + index);
    });
    prepared.dispose();
    tf.dispose([...step.state.map(({ variable }) => variable), ...step.sums]);
    await settle();
    // The compiled step holds what it reads of the float weights that are left, embedding and norms.
    const heldBytes = 4 * sizes([...parameters.values()].filter(({ isDisposed }) => !isDisposed));
    const restBytes = await watchedBytes() - heldBytes;
    step[Symbol.dispose]();
    tf.dispose([...parameters.values()]);
    await settle();
    return {
      totalBytes: peakBytes - restBytes,
      givenBytes: beforeBytes - restBytes,
      stepBytes: peakBytes - beforeBytes,
      restBytes,
      programBytes: Math.max(0, restBytes - await watchedBytes()),
      source,
    };
  } finally {
    step[Symbol.dispose]();
    prepared.dispose();
    tf.dispose([...parameters.values()]);
  }
}

// The thread that looks takes some megabytes itself, which must not count as the step's.
async function watchedBytes(): Promise<number> {
  return (await peakResident(() => {})).beforeBytes;
}

function sizes(tensors: readonly tf.Tensor[]): number {
  return tensors.reduce((sum, { size }) => sum + size, 0);
}

function randomBatch({ config, batch, seq }: StepSetup, index: number): TrainingBatch {
  const options = { low: 0, high: config.vocabSize, seed: index, name: "tokens" };
  const drawn = uniformTensor([batch * seq], options);
  const tokensBT = Int32Array.from(drawn.dataSync());
  drawn.dispose();
  return {
    tokensBT,
    batch,
    weights: new Float32Array(batch * (seq - 1)).fill(1),
  };
}

/** How often to wait for memory to be given back, at most. */
const ROUNDS = 10;

/** What comes and goes all the time, bytes. */
const LITTLE = 2 ** 20;

// Engines free tensors that nothing holds between tasks, in other threads; what compiling freed is no part
// of a step.
async function settle(): Promise<void> {
  for (let round = 0, before = Infinity; round < ROUNDS; round++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
    returnFreedMemory();
    const { rss } = Deno.memoryUsage();
    if (round > 1 && before - rss < LITTLE) return;
    before = rss;
  }
}

if (import.meta.main) {
  const setup = await resolveSetup(JSON.parse(Deno.args[0] ?? "{}") as MemoryOptions);
  const measured = JSON.stringify(await measureHere(setup));
  await Deno.stdout.write(new TextEncoder().encode(measured));
}
