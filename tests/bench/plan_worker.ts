/**
 * One measurement of `bench plan` in a process of its own: `plan STEP`, `undonated STEP` or `report STEP
 * FOLDER`, which has TensorFlow compile the step and reads XLA's dump of it from the folder that
 * `XLA_FLAGS` names. STEP is a `MemoryOptions` as JSON. Prints one JSON object.
 *
 * @module
 */
import process from "node:process";
import { engine, tf } from "../../mod.ts";
import { readBufferAssignment } from "../../lib/engine/pjrt/client/read_buffer_assignment.ts";
import { planStep } from "../../lib/memory/plan.ts";
import { type MemoryOptions, resolveSetup, type StepSetup } from "../../lib/memory/step_setup.ts";
import { prepare } from "../../lib/methods/prepare.ts";
import { initialParameters } from "../../lib/model/initialize.ts";
import { TrainStep } from "../../lib/train/step.ts";
import { peakMiB } from "./memory.ts";
import { makeData } from "./train_model.ts";

const GIB = 2 ** 30;

async function plan(setup: StepSetup, donate: boolean): Promise<object> {
  const { totalBytes, argumentBytes, outputBytes, temporaryBytes } = await planStep(setup, {
    donate,
  });
  return {
    totalBytes,
    argumentBytes,
    temporaryBytes,
    sharedBytes: argumentBytes + outputBytes + temporaryBytes - totalBytes,
    totalGiB: totalBytes / GIB,
    peakGiB: peakMiB() / 1024,
    seconds: performance.now() / 1000,
    processorSeconds: processorSeconds(),
  };
}

/** What the process took of all processors, seconds. */
function processorSeconds(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1e6;
}

async function report(setup: StepSetup, folder: string): Promise<object> {
  await engine.start({ backend: "tensorflow" });
  const { config, method, settings, seq, batch } = setup;
  const parameters = initialParameters(config, { seed: 0 });
  const prepared = await prepare({ source: "bench", config, parameters }, {
    ...settings,
    method: method.name,
    adapterStart: "kaiming",
    rangeCandidates: 1,
  });
  const groups = Object.fromEntries(
    prepared.trainables.map(({ role }) => [role, { learningRate: 1e-4 }]),
  );
  const step = new TrainStep(prepared, { seq, optimizer: { groups, moments: setup.moments } });
  const data = makeData({ config, rows: batch, seq });
  step.run([data.at({ index: 0, batch, seed: 0 })], { step: 0, factor: 1 });
  tf.dispose([...parameters.values()]);
  return await reportedBytes(folder);
}

// One folder holds the dumps of all programs; the step's are moved into one of their own.
async function reportedBytes(folder: string): Promise<object> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const own = `${folder}/step`;
  await Deno.mkdir(own);
  for (const name of names.filter((name) => name.includes("trainStep"))) {
    await Deno.rename(`${folder}/${name}`, `${own}/${name}`);
  }
  const assignment = await readBufferAssignment(own);
  if (!assignment) throw new Error("Error: TensorFlow wrote no account of the step's buffers");
  const bytesOf = (wanted: string) =>
    assignment.allocations.filter(({ kind }) => kind === wanted)
      .reduce((sum, { bytes }) => sum + bytes, 0);
  const [argumentBytes, temporaryBytes] = [bytesOf("parameter"), bytesOf("temporary")];
  // Outputs in the memory of arguments are no allocations of their own.
  return {
    argumentBytes,
    temporaryBytes,
    totalBytes: argumentBytes + bytesOf("output") + temporaryBytes,
  };
}

const [task = "plan", options = "{}", folder = ""] = Deno.args;
const setup = await resolveSetup(JSON.parse(options) as MemoryOptions);
const result = task === "report"
  ? await report(setup, folder)
  : await plan(setup, task !== "undonated");
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
