/**
 * One measurement of a method's training step in a process of its own: `METHOD STEPS`, a model of
 * SmolLM2-135M's shape with random weights, 1 x 512 tokens, linear layers made again. Prints one JSON object.
 *
 * @module
 */
import { engine } from "../../mod.ts";
import { peakResident } from "../../lib/memory/peak_resident.ts";
import { resolveSetup } from "../../lib/memory/step_setup.ts";
import { prepare } from "../../lib/methods/prepare.ts";
import { initialParameters } from "../../lib/model/initialize.ts";
import { TrainStep } from "../../lib/train/step.ts";
import { residentMiB } from "./memory.ts";
import { median } from "./statistics.ts";
import { makeData } from "./train_model.ts";

const MIB = 2 ** 20;
const WARM_UP = 2;

const [method = "lr-qat", steps = "5"] = Deno.args;
const { config, settings, batch, seq } = await resolveSetup({
  model: "smollm2-135m",
  method,
  seq: 512,
  ...(method === "lr-qat" && { rank: 32 }),
  // Groups must divide the model's 576 inputs.
  ...(method === "l4q" && { granularity: "g64" }),
});
await engine.start({ backend: "tensorflow" });
const parameters = initialParameters(config, { seed: 0 });
const model = await prepare({ source: "bench", config, parameters }, {
  ...settings,
  method,
  // Neither changes a shape.
  adapterStart: "kaiming",
  rangeCandidates: 1,
});
const groups = Object.fromEntries(
  model.trainables.map(({ role }) => [role, { learningRate: 1e-4 }]),
);
(globalThis as { gc?: () => void }).gc?.();
// As in the peer: rest has the model, and the moments are part of the step.
const rest = residentMiB();
const step = new TrainStep(model, { seq, optimizer: { groups } });
const data = makeData({ config, rows: batch, seq });
const seconds: number[] = [];
const losses: number[] = [];
const runStep = (index: number) => {
  const start = performance.now();
  losses.push(step.run([data.at({ index: 0, batch, seed: 0 })], { step: index, factor: 1 }).loss);
  seconds.push((performance.now() - start) / 1000);
};
for (let index = 0; index < WARM_UP; index++) runStep(index);
await Deno.writeTextFile("/proc/self/clear_refs", "5");
const { peakBytes } = await peakResident(() => {
  for (let index = 0; index < Number(steps); index++) runStep(WARM_UP + index);
});
const result = {
  seconds: median(seconds.slice(WARM_UP)),
  firstSeconds: seconds[0],
  peakMiB: peakBytes / MIB - rest,
  trainable: model.trainables.reduce((sum, { variable }) => sum + variable.size, 0),
  firstLoss: losses[0],
  lastLoss: losses.at(-1),
};
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
