import { denoProcess } from "../io/deno_process.ts";
import { estimateMemory } from "./estimate.ts";
import { parameterCount } from "./model_shapes.ts";
import { type MemoryOptions, resolveSetup, type StepSetup } from "./step_setup.ts";

/** What a step took when it ran, in bytes, above rest. */
export interface MeasuredMemory {
  /** The largest while it ran. */
  readonly totalBytes: number;
  /** What lay there before it: weights, what is trained, moments. */
  readonly givenBytes: number;
  /** What it added. */
  readonly stepBytes: number;
  /**
   * Rest: this process when all tensors are freed and the compiled step is not. That is Deno, the
   * compiler and its threads, machine code and the traced graph.
   */
  readonly restBytes: number;
  /** Of rest, what freeing the compiled step gave back. */
  readonly programBytes: number;
  /** Where the peak is from, as in `PeakResident`. */
  readonly source: "system" | "sampled";
}

/** What compiling and preparing take beside all that. */
const SPARE = 2 ** 30;

// What is freed goes back to the system at once, so that the peak is the step's own.
const ENV = { MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_TRIM_THRESHOLD_: "65536" };

/**
 * Runs a training step on random weights and tokens, in a process of its own, and tells what it took: the
 * counterpart of `planStep`, on the compiler that plans, `pjrt`. TensorFlow keeps what is freed for
 * itself, so that nothing of it can be told from outside.
 *
 * @throws {RangeError} If a name is unknown or a number out of range, if the step takes more than this
 *   machine has free, or if it does not compute in float32, which compilers for CPUs turn 16 bits into.
 * @throws {Error} If this process may not run Deno, or the step did not run; the message says why.
 */
export async function measureStep(options: MemoryOptions): Promise<MeasuredMemory> {
  requireMeasurable(await resolveSetup(options));
  const { success, stdout, stderr } = await denoProcess(
    new URL("./measure_here.ts", import.meta.url),
    {
      args: [JSON.stringify(options)],
      flags: ["--v8-flags=--expose-gc"],
      env: ENV,
      purpose: "measure a step, which takes a process of its own",
    },
  ).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (success) return JSON.parse(text(stdout)) as MeasuredMemory;
  const why = text(stderr).split("\n").find((line) => line.includes("rror")) ?? "it was killed";
  throw new Error(`Cannot measure the step: ${why}`);
}

function requireMeasurable(setup: StepSetup): void {
  const { model, config, settings, moments } = setup;
  const narrow = [settings.compute, settings.weightStorage, moments]
    .find((type) => type !== "float32");
  if (narrow) {
    throw new RangeError(
      `Cannot measure a step in ${narrow}: compilers for CPUs widen it; measure in float32, or plan`,
    );
  }
  const needed = estimateMemory(setup).totalBytes + 4 * parameterCount(config) + SPARE;
  const { available } = Deno.systemMemoryInfo();
  if (needed <= available) return;
  throw new RangeError(
    `Cannot measure a step of ${model}: running it takes ${gib(needed)}, and this machine has ` +
      `${gib(available)} free; plan it instead`,
  );
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
