import type { tf } from "../../engine/tf.ts";
import type { Bound, Grid } from "../grid.ts";
import { bfloat16, float16, float32 } from "./floats.ts";
import { fixedPoint } from "./fixed_point.ts";
import { packedInteger } from "./packed_integer.ts";

/** The names of the downcasting operators. */
export const PHI_NAMES = ["fp32", "bf16", "fp16", "fixed", "int"] as const;

/** The name of a downcasting operator. */
export type PhiName = typeof PHI_NAMES[number];

/** What a stored matrix was, besides its bytes. */
export interface StoredForm {
  /** Bits a code of the grid. */
  readonly bits: number;
  /** Weights in a row. */
  readonly inputs: number;
  /**
   * `2^(8-b)` for the fixed point, by default that of `bits`; a scalar where one compiled function
   * serves several widths. Others do not look at it.
   */
  readonly multiplier?: Bound;
}

/**
 * A way to keep the frozen weights of LR-QAT, `Phi0 = phi(W0 / s0)`, in few bytes.
 *
 * - `fp32`: as they are, 4 bytes a weight; `bf16`, `fp16`: rounded half to even, 2 bytes;
 * - `fixed`: fixed point Qb.(8-b), int8 codes of `round(2^(8-b) clip(x, Qn, Qp))`, 1 byte;
 * - `int`: `clip(round(x), Qn, Qp)`, packed in rows: 1/4, 3/8 and 1/2 byte for 2, 3 and 4 bits, a
 *   byte for more.
 *
 * On backends that have only TF.js's types (`webgpu`, `wasm`) values are the same and take 4 bytes an
 * element.
 */
export interface Phi {
  readonly name: PhiName;
  /**
   * Downcasts weights in grid units, `[O, I]`. The grid must be signed: on a grid with zero-point `z`,
   * store `x + z`.
   */
  store(xOI: tf.Tensor, grid: Grid): tf.Tensor;
  /** The stored weights in grid units, float32 `[O, I]`; constant in the backward pass. */
  load(stored: tf.Tensor, form: StoredForm): tf.Tensor2D;
}

const PHIS: Readonly<Record<PhiName, Phi>> = {
  fp32: float32,
  bf16: bfloat16,
  fp16: float16,
  fixed: fixedPoint,
  int: packedInteger,
};

/**
 * The downcasting operator of a name.
 *
 * @throws {RangeError} If there is none.
 */
export function phiNamed(name: string): Phi {
  const phi = Object.hasOwn(PHIS, name) ? PHIS[name as PhiName] : undefined;
  if (phi) return phi;
  throw new RangeError(`Unknown downcasting operator '${name}': choose ${PHI_NAMES.join(", ")}`);
}
