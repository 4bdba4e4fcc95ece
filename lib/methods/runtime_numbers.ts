/**
 * The numbers of a layer that differ between runs of one shape. They live in one small variable, so
 * that one executable serves all bit widths and multipliers, and on the host, so that a merge need not
 * wait for the device (some devices cannot be waited for).
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import type { Bounds } from "../quant/grid.ts";
import { type LinearState, type StateEntry, stateTensor } from "./linear_state.ts";

/** The numbers, in their order in the variable `numbers`. */
export const RUNTIME_NUMBERS = ["qn", "qp", "multiplier", "phiMultiplier", "quantize"] as const;

/** The name of one of {@linkcode RUNTIME_NUMBERS}. */
export type RuntimeNumber = typeof RUNTIME_NUMBERS[number];

/**
 * The state tensor of a layer's numbers.
 *
 * `qn`, `qp`: the grid's bounds; `multiplier`: of the low-rank product; `phiMultiplier`: what
 * fixed-point codes were multiplied by; `quantize`: 0 while a layer warms up in full precision, else 1.
 */
export function numbersEntry(
  numbers: Readonly<Partial<Record<RuntimeNumber, number>>>,
): StateEntry {
  const values = RUNTIME_NUMBERS.map((name) => numbers[name] ?? (name === "quantize" ? 1 : 0));
  return { role: "frozen", value: tf.tensor1d(values), host: Float32Array.from(values) };
}

/** One of a layer's numbers, as a scalar that a compiled step reads at every call. */
export function runtimeNumber(state: LinearState, name: RuntimeNumber): tf.Scalar {
  const numbers = stateTensor<tf.Tensor1D>(state, "numbers");
  return tf.reshape(tf.slice(numbers, RUNTIME_NUMBERS.indexOf(name), 1), []);
}

/** The bounds of a layer's grid. */
export function runtimeBounds(state: LinearState): Bounds {
  return { qn: runtimeNumber(state, "qn"), qp: runtimeNumber(state, "qp") };
}

/** One of a layer's numbers, as the host knows it. */
export function hostNumber(state: LinearState, name: RuntimeNumber): number {
  return hostNumbers(state)[RUNTIME_NUMBERS.indexOf(name)] ?? NaN;
}

/** Bits a code, read from the grid's bounds. */
export function bitsOf(state: LinearState): number {
  return Math.log2(hostNumber(state, "qp") - hostNumber(state, "qn") + 1);
}

/** Changes one of a layer's numbers in place. */
export function setRuntimeNumber(state: LinearState, name: RuntimeNumber, value: number): void {
  const values = hostNumbers(state);
  values[RUNTIME_NUMBERS.indexOf(name)] = value;
  const numbers = stateTensor<tf.Variable<tf.Rank.R1>>(state, "numbers");
  // A copy, because a backend may keep what it is given.
  tf.tidy(() => numbers.assign(tf.tensor1d(values.slice())));
}

function hostNumbers(state: LinearState): Float32Array {
  const host = state.tensors.get("numbers")?.host;
  if (host) return host;
  throw new RangeError(`Layer ${state.layer} has no numbers on the host`);
}
