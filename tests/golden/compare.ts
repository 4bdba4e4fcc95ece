import type { GoldenTensor } from "./golden_folder.ts";

/** A tensor that an implementation gave. */
export interface ActualTensor {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** How far a result is from the stored one. */
export interface Difference {
  /**
   * The largest error in units of what is allowed: at most 1 passes. Where nothing is allowed, 0 or
   * infinite.
   */
  readonly error: number;
  /** What is wrong, with the worst element; absent where the result passes. */
  readonly problem?: string;
}

/**
 * Compares a result with the stored tensor.
 *
 * `exact`: equal in value, NaN being equal to NaN. `close`: every `|a - b| <= tolerance * m`, `m`
 * being the largest absolute value of the stored tensor; all zero means exactly zero.
 */
export function compareTensor(expected: GoldenTensor, actual: ActualTensor): Difference {
  if (`${actual.shape}` !== `${expected.shape}`) {
    return wrong(`shape [${actual.shape}] instead of [${expected.shape}]`);
  }
  if (actual.values.length !== expected.values.length) {
    return wrong(`${actual.values.length} values instead of ${expected.values.length}`);
  }
  const allowed = allowedError(expected);
  let error = 0;
  let worst = 0;
  for (let i = 0; i < expected.values.length; i++) {
    const here = relativeError(expected.values[i]!, actual.values[i]!, allowed);
    if (here > error) [error, worst] = [here, i];
  }
  if (error <= 1) return { error };
  const found = `${actual.values[worst]} instead of ${expected.values[worst]}`;
  const bound = allowed === 0 ? "must be equal" : `allowed error ${allowed.toPrecision(3)}`;
  return wrong(`element [${indexOf(worst, expected.shape)}] is ${found}, ${bound}`, error);
}

function wrong(problem: string, error = Infinity): Difference {
  return { error, problem };
}

function allowedError({ comparison, values }: GoldenTensor): number {
  if (comparison?.kind !== "close") return 0;
  let largest = 0;
  for (const value of values) {
    if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  }
  return comparison.tolerance * largest;
}

function relativeError(expected: number, actual: number, allowed: number): number {
  if (expected === actual || (Number.isNaN(expected) && Number.isNaN(actual))) return 0;
  const error = Math.abs(expected - actual) / allowed;
  // NaN against a number, or infinite values: no tolerance covers them.
  return Number.isNaN(error) ? Infinity : error;
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (const length of shape.toReversed()) {
    index.unshift(flat % length);
    flat = Math.floor(flat / length);
  }
  return index;
}
