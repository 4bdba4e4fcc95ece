import { typeText } from "./element_type.ts";
import type { Emitter, Operand } from "./emitter.ts";

/** Which axes of two tensors meet. */
export interface DotAxes {
  /** Axes that both keep, in the same order. */
  readonly batch: readonly [readonly number[], readonly number[]];
  /** Axes that are summed over. */
  readonly contract: readonly [readonly number[], readonly number[]];
}

/**
 * The sum of products over some axes; the result has the batch axes, then the first tensor's other
 * axes, then the second's.
 */
export function dotGeneral(
  e: Emitter,
  [x, y]: readonly [Operand, Operand],
  { batch, contract }: DotAxes,
): Operand {
  const rest = ({ shape }: Operand, side: 0 | 1) =>
    shape.filter((_, axis) => !batch[side].includes(axis) && !contract[side].includes(axis));
  const shape = [
    ...batch[0].map((axis) => x.shape[axis] ?? 1),
    ...rest(x, 0),
    ...rest(y, 1),
  ];
  const result = { shape, dtype: x.dtype };
  const batching = batch[0].length > 0 ? `batching_dims = ${facing(batch)}, ` : "";
  // Else a GPU multiplies float32 in 19 bits, and codes rounded from such products are others at
  // the next call.
  const precision = x.dtype === "float32" ? ", precision = [HIGHEST, HIGHEST]" : "";
  return e.add({
    body: `stablehlo.dot_general ${x.name}, ${y.name}, ${batching}` +
      `contracting_dims = ${facing(contract)}${precision}`,
    types: `(${typeText(x)}, ${typeText(y)}) -> ${typeText(result)}`,
    result,
  });
}

function facing([left, right]: readonly [readonly number[], readonly number[]]): string {
  return `[${left.join(", ")}] x [${right.join(", ")}]`;
}
