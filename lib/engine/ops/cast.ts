import { currentCompiler } from "../compiler.ts";
import { type DType, dtypeInfo } from "../dtype.ts";
import { tf } from "../tf.ts";
import { KERNEL } from "./kernel_names.ts";

/**
 * A tensor with its elements in another type, TF.js's own or one that only the engine knows.
 *
 * To fewer bits floats round half to even; floats to integers cut towards zero, and what an integer
 * type cannot hold must be clipped before: what becomes of it differs between backends. To TF.js a float16,
 * bfloat16 or float8 tensor is `float32`, and an 8- or 4-bit integer tensor `int32`: its ops take
 * them, and {@linkcode dtypeOf} tells the real type. Where the backend has only TF.js's types
 * (`webgpu`, `wasm`) the values are the same and take more memory.
 *
 * The gradient passes through floats, in the type of `x`; integers have none.
 */
export function cast(x: tf.Tensor, dtype: DType): tf.Tensor {
  const isFloat = (name: DType) => dtypeInfo(name).face === "float32";
  const from = dtypeOf(x);
  if (!isFloat(from) || !isFloat(dtype)) return castTo(x, dtype);
  return tf.customGrad((...args) => {
    const [input] = args as [tf.Tensor];
    return { value: castTo(input, dtype), gradFunc: (dy: tf.Tensor) => castTo(dy, from) };
  })(x);
}

/** The real element type of a tensor, of which TF.js may know less. */
export function dtypeOf(x: tf.Tensor): DType {
  return currentCompiler()?.dtypeOf(x) ?? x.dtype as DType;
}

function castTo(x: tf.Tensor, dtype: DType): tf.Tensor {
  return tf.engine().runKernel<tf.Tensor>(KERNEL.castTo, { x }, { dtype });
}
