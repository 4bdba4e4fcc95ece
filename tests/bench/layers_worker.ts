/**
 * One measurement of layers in a process of its own: `WHAT SUBJECT TOKENS WIDTH LAYERS`, where WHAT is
 * `time` (forward and backward pass) or `memory` (their peak above rest). Prints one JSON object.
 *
 * @module
 */
import process from "node:process";
import { compile, start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { trainablesOf } from "../../lib/methods/linear_state.ts";
import { methodNamed } from "../../lib/methods/registry.ts";
import { resolveSettings } from "../../lib/methods/settings.ts";
import { SUBJECTS } from "./layers_subjects.ts";
import { peakMiB, residentMiB } from "./memory.ts";
import { median } from "./statistics.ts";

const WARM_UP = 3;
const REPEATS = 15;

interface StackSizes {
  readonly tokens: number;
  readonly width: number;
  readonly layers: number;
}

/** Makes layers behind each other; gives a function that runs them forward and backward once. */
function makeStep(subject: string, { tokens, width, layers }: StackSizes): () => void {
  const { method: name, options } = SUBJECTS[subject] ?? refuse(subject);
  const method = methodNamed(name);
  // Few candidates of the range search: they change the scales a little, and no time.
  const settings = resolveSettings(method, { rangeCandidates: 4, ...options });
  const states = Array.from({ length: layers }, (_, i) => {
    const wOI = tf.randomNormal<tf.Rank.R2>([width, width], 0, width ** -0.5, "float32", i + 1);
    const state = method.prepare(wOI, { layer: `layer ${i}`, settings });
    wOI.dispose();
    return state;
  });
  const [x, dy] = [-1, -2].map((seed) =>
    tf.randomNormal<tf.Rank.R2>([tokens, width], 0, 1, "float32", seed)
  ) as [tf.Tensor2D, tf.Tensor2D];
  const learned = states.flatMap(trainablesOf).map(({ variable }) => variable as tf.Tensor);
  const passes = compile((x: tf.Tensor2D, dy: tf.Tensor2D) => {
    const forward = () => states.reduce((xNI, state) => method.apply(xNI, state), x);
    const { value, grads } = tf.valueAndGrads(forward)([x, ...learned], dy);
    return [value, ...grads];
  });
  return () =>
    tf.tidy(() => {
      const results = passes(x, dy) as tf.Tensor[];
      // All results come at once, so that waiting for one number waits for everything.
      tf.slice(tf.reshape(results.at(-1) as tf.Tensor, [-1]), 0, 1).dataSync();
    });
}

function measureTime(step: () => void): object {
  const run = () => {
    const [before, used] = [performance.now(), process.cpuUsage()];
    step();
    const { user, system } = process.cpuUsage(used);
    return { wall: performance.now() - before, cpu: (user + system) / 1000 };
  };
  const times = Array.from({ length: WARM_UP + REPEATS }, run);
  const timed = times.slice(WARM_UP);
  return {
    milliseconds: median(timed.map(({ wall }) => wall)),
    fastest: Math.min(...timed.map(({ wall }) => wall)),
    // Of all threads: what others do on the machine changes it less than the time on the clock.
    cpuMilliseconds: median(timed.map(({ cpu }) => cpu)),
    firstSeconds: (times[0]?.wall ?? NaN) / 1000,
  };
}

function measureMemory(step: () => void): object {
  (globalThis as { gc?: () => void }).gc?.();
  // Before the first step: TensorFlow keeps what a step frees, for the next one.
  const rest = residentMiB();
  step();
  // From here on the system counts the peak anew, and what compiling took does not count.
  Deno.writeTextFileSync("/proc/self/clear_refs", "5");
  step();
  return { restMiB: rest, peakMiB: peakMiB() - rest };
}

function refuse(subject: string): never {
  throw new RangeError(
    `Unknown subject '${subject}': known are ${Object.keys(SUBJECTS).join(", ")}`,
  );
}

const [what, subject = "", ...sizes] = Deno.args;
const [tokens = NaN, width = NaN, layers = NaN] = sizes.map(Number);
await start({ backend: "tensorflow" });
const step = makeStep(subject, { tokens, width, layers });
const result = what === "time" ? measureTime(step) : measureMemory(step);
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
