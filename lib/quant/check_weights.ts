import { isHollow } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { type Granularity, scaleShape, splitGroups } from "./granularity.ts";

/** Options of {@linkcode checkWeights}. */
export interface CheckWeightsOptions {
  /** The layer, for messages. */
  readonly name: string;
  readonly granularity: Granularity;
}

/** What {@linkcode checkWeights} found. */
export interface WeightsCheck {
  /** Groups whose weights are all zero: every estimate gives them the smallest scale. */
  readonly zeroGroups: number;
}

/**
 * Checks weights before a range is estimated: reads them back, so not inside a compiled function.
 *
 * @throws {RangeError} If a weight is NaN or infinite, or the groups do not divide the inputs; the
 * message names the layer, the place and the value.
 */
export async function checkWeights(
  wOI: tf.Tensor,
  { name, granularity }: CheckWeightsOptions,
): Promise<WeightsCheck> {
  withName(name, () => scaleShape(wOI.shape, granularity));
  // A plan has shapes only.
  if (isHollow(wOI)) return { zeroGroups: 0 };
  const counts = tf.tidy(() => {
    const groups = splitGroups(wOI, granularity);
    // x - x is 0 for finite numbers only; not every backend has tf.isFinite.
    const finite = tf.sum(tf.cast(tf.equal(tf.sub(wOI, wOI), 0), "int32"));
    const zeros = tf.sum(tf.cast(tf.equal(tf.max(tf.abs(groups), -1), 0), "int32"));
    return tf.stack([finite, zeros]);
  });
  const [finite, zeroGroups = 0] = await counts.data();
  counts.dispose();
  if (finite !== wOI.size) throw await notFinite(wOI, name);
  return { zeroGroups };
}

async function notFinite(wOI: tf.Tensor, name: string): Promise<RangeError> {
  const values = await wOI.data();
  const at = values.findIndex((value) => !Number.isFinite(value));
  const inputs = wOI.shape[1] ?? 1;
  return new RangeError(
    `Cannot quantize '${name}': weight [${Math.floor(at / inputs)}, ${at % inputs}] is ${
      values[at]
    }, and scales need finite weights`,
  );
}

function withName(name: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new RangeError(`Cannot quantize '${name}': ${message}`, { cause: error });
  }
}
