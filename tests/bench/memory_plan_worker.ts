/**
 * One measurement of a training step's memory in a process of its own: `plan STEP`, or `pjrt STEP` and
 * `tensorflow STEP`, which run it on that backend; STEP is a `MemoryOptions` as JSON. Prints one JSON
 * object, all in MiB.
 *
 * What runs has random weights and tokens. Its numbers are above rest: this process after the steps, when
 * all tensors are freed. That is Deno, its heap, the backend's library and threads, and the compiled step
 * (machine code, the traced graph), which a plan of tensors does not count and `programMiB` tells.
 *
 * @module
 */
import { engine, tf } from "../../mod.ts";
import { returnFreedMemory } from "../../lib/engine/native/return_freed_memory.ts";
import { estimateMemory } from "../../lib/memory/estimate.ts";
import { peakResident } from "../../lib/memory/peak_resident.ts";
import { planStep } from "../../lib/memory/plan.ts";
import { type MemoryOptions, resolveSetup, type StepSetup } from "../../lib/memory/step_setup.ts";
import { prepare, type PreparedModel } from "../../lib/methods/prepare.ts";
import { initialParameters } from "../../lib/model/initialize.ts";
import type { Parameters } from "../../lib/model/parameters.ts";
import { TrainStep } from "../../lib/train/step.ts";
import { residentMiB } from "./memory.ts";
import { makeData } from "./train_model.ts";

const MIB = 2 ** 20;
const STEPS = 4;

async function plan(setup: StepSetup): Promise<object> {
  const { totalBytes, argumentBytes, temporaryBytes, seconds } = await planStep(setup);
  return {
    planMiB: totalBytes / MIB,
    givenMiB: argumentBytes / MIB,
    temporaryMiB: temporaryBytes / MIB,
    estimateMiB: estimateMemory(setup).totalBytes / MIB,
    seconds,
  };
}

async function run(setup: StepSetup, backend: engine.BackendName): Promise<object> {
  await engine.start({ backend });
  const parameters = initialParameters(setup.config, { seed: 0 });
  const prepared = await prepareRandom(setup, parameters);
  const step = new TrainStep(prepared, {
    seq: setup.seq,
    optimizer: { groups: groupsOf(prepared), moments: setup.moments },
    recompute: setup.recompute === "block" ? "block" : "none",
  });
  const data = makeData({ config: setup.config, rows: setup.batch, seq: setup.seq });
  const runStep = (index: number) =>
    step.run([data.at({ index, batch: setup.batch, seed: 0 })], { step: index, factor: 1 });
  // The first step compiles, which takes more than a step.
  runStep(0);
  await settle();
  await Deno.writeTextFile("/proc/self/clear_refs", "5");
  const { beforeBytes, peakBytes, source } = await peakResident(() => {
    for (let index = 1; index <= STEPS; index++) runStep(index);
  });
  prepared.dispose();
  tf.dispose([...parameters.values(), ...step.state.map(({ variable }) => variable)]);
  await settle();
  const rest = residentMiB();
  step[Symbol.dispose]();
  await settle();
  return {
    peakMiB: peakBytes / MIB - rest,
    givenMiB: beforeBytes / MIB - rest,
    stepMiB: (peakBytes - beforeBytes) / MIB,
    restMiB: rest,
    programMiB: rest - residentMiB(),
    isExact: Number(source === "system"),
  };
}

async function prepareRandom(
  { config, method, settings }: StepSetup,
  parameters: Parameters,
): Promise<PreparedModel> {
  const model = { source: "bench", config, parameters };
  return await prepare(model, {
    ...settings,
    method: method.name,
    // Neither changes a shape.
    adapterStart: "kaiming",
    rangeCandidates: 1,
  });
}

function groupsOf({ trainables }: PreparedModel) {
  return Object.fromEntries(trainables.map(({ role }) => [role, { learningRate: 1e-4 }]));
}

async function settle(): Promise<void> {
  (globalThis as { gc?: () => void }).gc?.();
  // Finalizers run between tasks.
  await new Promise((resolve) => setTimeout(resolve, 100));
  (globalThis as { gc?: () => void }).gc?.();
  // What compiling the step took and freed is no part of a step.
  returnFreedMemory();
}

const [task = "plan", options = "{}"] = Deno.args;
const setup = await resolveSetup(JSON.parse(options) as MemoryOptions);
const result = task === "plan" ? await plan(setup) : await run(setup, task as engine.BackendName);
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
