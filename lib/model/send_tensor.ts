import { tf } from "../engine/tf.ts";

/**
 * Makes a tensor that lies on the backend only.
 *
 * TF.js keeps values on the host until an op needs them; one op now frees them tensor by tensor.
 */
export function sendTensor(values: Float32Array, shape: readonly number[]): tf.Tensor {
  const tensor = tf.tensor(values, [...shape]);
  tf.slice(tensor, shape.map(() => 0), shape.map(() => 1)).dispose();
  return tensor;
}
