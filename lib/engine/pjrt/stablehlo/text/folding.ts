/**
 * Operations of StableHLO that fold many elements into one by a function of two.
 *
 * @module
 */
import { typeText } from "./element_type.ts";
import type { Emitter, Operand } from "./emitter.ts";
import { reshape } from "./shaping.ts";

/** A function of two elements and the element that changes nothing, in StableHLO's words. */
export interface Fold {
  /** For example `add`. */
  readonly operation: string;
  /** A scalar. */
  readonly start: Operand;
}

/** Folds some axes away. */
export function reduce(
  e: Emitter,
  x: Operand,
  { operation, start, axes }: Fold & { readonly axes: readonly number[] },
): Operand {
  if (axes.length === 0) return x;
  const result = { shape: x.shape.filter((_, k) => !axes.includes(k)), dtype: x.dtype };
  return e.add({
    body: `stablehlo.reduce(${x.name} init: ${start.name}) applies stablehlo.${operation} ` +
      `across dimensions = [${axes.join(", ")}]`,
    types: `(${typeText(x)}, ${typeText(start)}) -> ${typeText(result)}`,
    result,
  });
}

/** Folds some axes to length 1. */
export function reduceKeeping(
  e: Emitter,
  x: Operand,
  options: Fold & { readonly axes: readonly number[] },
): Operand {
  const kept = x.shape.map((length, axis) => options.axes.includes(axis) ? 1 : length);
  return reshape(e, reduce(e, x, options), kept);
}

/** Folds all elements up to each one along an axis. */
export function scan(
  e: Emitter,
  x: Operand,
  { operation, start, axis, backwards }: Fold & {
    readonly axis: number;
    /** Whether it folds from the last element to the first. */
    readonly backwards: boolean;
  },
): Operand {
  const length = x.shape[axis] ?? 1;
  if (length === 0) return x;
  const windows = x.shape.map((_, k) => k === axis ? length : 1);
  const paddings = x.shape.map((_, k) =>
    k !== axis ? "[0, 0]" : backwards ? `[0, ${length - 1}]` : `[${length - 1}, 0]`
  );
  const name = e.freshName();
  const type = typeText({ shape: [], dtype: x.dtype });
  const [a, b, both] = [e.freshName(), e.freshName(), e.freshName()];
  e.line(
    `${name} = "stablehlo.reduce_window"(${x.name}, ${start.name}) <{` +
      `window_dimensions = array<i64: ${windows.join(", ")}>, ` +
      `padding = dense<[${paddings.join(", ")}]> : tensor<${x.shape.length}x2xi64>}> ({`,
    `^bb0(${a}: ${type}, ${b}: ${type}):`,
    `${both} = stablehlo.${operation} ${a}, ${b} : ${type}`,
    `stablehlo.return ${both} : ${type}`,
    `}) : (${typeText(x)}, ${type}) -> ${typeText(x)}`,
  );
  return { name, shape: x.shape, dtype: x.dtype };
}
