import { tf } from "../tf.ts";
import { KERNEL } from "./kernel_names.ts";

/**
 * `a & b`, bit by bit, for integer tensors that broadcast.
 *
 * @throws {TypeError} If an input is not an integer tensor.
 */
export function bitwiseAnd(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return run(KERNEL.bitwiseAnd, a, b);
}

/** `a | b`; as {@linkcode bitwiseAnd}. */
export function bitwiseOr(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return run(KERNEL.bitwiseOr, a, b);
}

/** `a ^ b`; as {@linkcode bitwiseAnd}. */
export function bitwiseXor(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return run(KERNEL.bitwiseXor, a, b);
}

/** `a << b`, shifts from 0 to one less than the type's width; as {@linkcode bitwiseAnd}. */
export function leftShift(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return run(KERNEL.leftShift, a, b);
}

/** `a >> b`, the sign bit moving in for signed types; as {@linkcode leftShift}. */
export function rightShift(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return run(KERNEL.rightShift, a, b);
}

function run(kernel: string, a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  for (const { dtype } of [a, b]) {
    if (dtype !== "int32") {
      throw new TypeError(`${kernel} needs integer tensors: current type is ${dtype}`);
    }
  }
  return tf.engine().runKernel<tf.Tensor>(kernel, { a, b });
}
