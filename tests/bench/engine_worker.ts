/**
 * One measurement of the engine in a process of its own: `matmul N`, `dispatch`, `start` or
 * `step METHOD MODE BACKEND`. Prints one JSON object.
 *
 * @module
 */
import { engine, tf } from "../../mod.ts";
import { peakMiB, residentMiB } from "./memory.ts";
import { median } from "./statistics.ts";
import { makeTransformerStep, type StepMethod } from "./transformer_step.ts";

const WARM_UP = 2;
// A step takes the WebAssembly backend a good part of a minute.
const STEPS = { tensorflow: 7, pjrt: 7, webgpu: 1, wasm: 1 } as const;

async function matmul(size: number): Promise<object> {
  await engine.start({ backend: "tensorflow" });
  const [a, b] = [
    tf.randomNormal<tf.Rank.R2>([size, size]),
    tf.randomNormal<tf.Rank.R2>([size, size]),
  ];
  const seconds = Array.from({ length: 60 }, () =>
    timed(() => {
      const product = tf.matMul(a, b);
      product.dispose();
    }));
  return { gflops: 2 * size ** 3 / median(seconds.slice(10)) / 1e9 };
}

async function dispatch(): Promise<object> {
  await engine.start({ backend: "tensorflow" });
  const x = tf.ones([8]);
  const add = () => {
    for (let i = 0; i < 2000; i++) tf.add(x, x).dispose();
  };
  const kernel = () => {
    for (let i = 0; i < 2000; i++) {
      tf.engine().runKernel<tf.Tensor>("Add", { a: x, b: x }).dispose();
    }
  };
  const microseconds = (run: () => void) =>
    median(Array.from({ length: 15 }, () => timed(run)).slice(5)) * 1e6 / 2000;
  return { microseconds: microseconds(kernel), withChecksMicroseconds: microseconds(add) };
}

async function start(): Promise<object> {
  await engine.start({ backend: "tensorflow" });
  const [sum] = tf.add(1, 1).dataSync();
  return { sum };
}

async function step(
  method: StepMethod,
  mode: string,
  backend: engine.BackendName,
): Promise<object> {
  await engine.start({ backend });
  const run = makeTransformerStep(method, { compiled: mode === "compiled" });
  (globalThis as { gc?: () => void }).gc?.();
  const [rest, before] = [residentMiB(), peakMiB()];
  const losses: number[] = [];
  const seconds = Array.from(
    { length: WARM_UP + STEPS[backend] },
    () => timed(() => losses.push(run(1e-4))),
  );
  return {
    milliseconds: 1e3 * median(seconds.slice(WARM_UP)),
    firstSeconds: seconds[0],
    // What the process needed before, to make its weights, may be the larger peak.
    peakMiB: peakMiB() > before ? peakMiB() - rest : NaN,
    losses,
  };
}

function timed(run: () => void): number {
  const before = performance.now();
  run();
  return (performance.now() - before) / 1000;
}

const [what, ...args] = Deno.args;
const result = what === "matmul"
  ? await matmul(Number(args[0]))
  : what === "dispatch"
  ? await dispatch()
  : what === "start"
  ? await start()
  : await step(args[0] as StepMethod, args[1] ?? "", args[2] as engine.BackendName);
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
