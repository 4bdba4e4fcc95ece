import { cast } from "../../engine/ops/cast.ts";
import type { DType } from "../../engine/dtype.ts";
import { tf } from "../../engine/tf.ts";
import type { Phi, PhiName } from "./phi.ts";

/** Weights as they are. */
export const float32: Phi = {
  name: "fp32",
  store: (xOI) => tf.clone(xOI),
  load: (stored) => tf.clone(stored as tf.Tensor2D),
};

/** Weights with 8 significant bits. */
export const bfloat16: Phi = halfPrecision("bf16", "bfloat16");

/** Weights with 11 significant bits; in grid units they are far from the ends of the range. */
export const float16: Phi = halfPrecision("fp16", "float16");

function halfPrecision(name: PhiName, dtype: DType): Phi {
  return {
    name,
    store: (xOI) => cast(xOI, dtype),
    load: (stored) => cast(stored, "float32") as tf.Tensor2D,
  };
}
