import * as engine from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { compareTensor, type Difference } from "./compare.ts";
import type { GoldenTensor } from "./golden_folder.ts";
import type { CaseRun, Implementation, TensorFunction, Tensors } from "./implementation.ts";
import type { GoldenCase } from "./manifest.ts";
import { tensorTypeInfo } from "./tensor_types.ts";

/** How a case is run. */
export type RunMode = "eager" | "compiled";

/** Options of {@linkcode runCase}. */
export interface RunCaseOptions {
  readonly tensors: ReadonlyMap<string, GoldenTensor>;
  readonly implementation: Implementation;
  readonly mode: RunMode;
}

/**
 * Runs a case on the backend in use.
 *
 * @returns The largest error of its results, in units of what is allowed, and what is wrong. An
 * implementation that throws has infinite error and its message.
 */
export async function runCase(
  goldenCase: GoldenCase,
  { tensors, implementation, mode }: RunCaseOptions,
): Promise<Difference> {
  const compiled: { dispose(): void }[] = [];
  const compile = (fn: TensorFunction): TensorFunction => {
    if (mode === "eager") return (...inputs) => tf.tidy(() => fn(...inputs));
    const made = engine.compile<tf.Tensor[], Tensors>(fn);
    compiled.push(made);
    return made;
  };
  tf.engine().startScope();
  try {
    const results = await implementation(runOf(goldenCase, tensors, compile));
    return await worstOf(goldenCase, tensors, results);
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { error: Infinity, problem };
  } finally {
    tf.engine().endScope();
    for (const made of compiled) made.dispose();
  }
}

function runOf(
  { attributes }: GoldenCase,
  tensors: ReadonlyMap<string, GoldenTensor>,
  compile: CaseRun["compile"],
): CaseRun {
  const all = [...tensors.values()];
  const named = (prefix: string) => all.filter(({ name }) => name.startsWith(prefix));
  return {
    inputs: Object.fromEntries(
      named("in.").map((tensor) => [tensor.name.slice("in.".length), upload(tensor)]),
    ),
    attributes,
    gradients: named("grad.").map(({ name }) => name.slice("grad.".length)),
    compile,
  };
}

function upload({ dtype, shape, values }: GoldenTensor): tf.Tensor {
  const face = values instanceof Float32Array
    ? "float32"
    : values instanceof Int32Array
    ? "int32"
    : "bool";
  const tensor = tf.tensor(values, [...shape], face);
  const type = tensorTypeInfo(dtype).engine;
  return type === face ? tensor : engine.cast(tensor, type);
}

async function worstOf(
  { name }: GoldenCase,
  tensors: ReadonlyMap<string, GoldenTensor>,
  results: Tensors,
): Promise<Difference> {
  let worst: Difference = { error: 0 };
  let compared = 0;
  for (const expected of tensors.values()) {
    if (expected.name.startsWith("in.")) continue;
    compared++;
    const difference = await differenceOf(expected, results[expected.name]);
    if (difference.error > worst.error) worst = difference;
  }
  if (compared === 0) return { error: Infinity, problem: `Case ${name} has no results to compare` };
  return worst;
}

async function differenceOf(
  expected: GoldenTensor,
  actual: tf.Tensor | undefined,
): Promise<Difference> {
  if (!actual) {
    return { error: Infinity, problem: `${expected.name}: the implementation gives none` };
  }
  const { shape } = actual;
  const { error, problem } = compareTensor(expected, { shape, values: await actual.data() });
  return problem === undefined ? { error } : { error, problem: `${expected.name}: ${problem}` };
}
