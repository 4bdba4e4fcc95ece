import { tf } from "../engine/tf.ts";
import { castLike, type ComputeType, inType } from "../model/compute_type.ts";

/** A variable of zeros that holds training state. */
export function zeroVariable(
  { shape }: { readonly shape: number[] },
  dtype: ComputeType = "float32",
): tf.Variable {
  // Made on the backend: zeros() would send an array from the host.
  const value = tf.tidy(() => inType(tf.fill(shape, 0), dtype));
  const variable = tf.variable(value, false);
  // The variable holds the values; the tensor would stay for ever.
  value.dispose();
  return variable;
}

/** Sets variables back to zero. */
export function clearVariables(variables: readonly tf.Variable[]): void {
  for (const variable of variables) {
    tf.tidy(() => variable.assign(castLike(tf.fill(variable.shape, 0), variable)));
  }
}
