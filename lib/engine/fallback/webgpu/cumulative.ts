import { tf } from "../../tf.ts";
import { inputOf, type Kernel } from "../../kernels/register.ts";

type Cumulative = (x: tf.Tensor, axis: number, exclusive: boolean) => tf.Tensor;

/**
 * The kernels `Cumsum` and `Cumprod`. Of TF.js's own, the reverse form writes the axis's length into
 * the code but not into the name under which the code is kept: the next length gets wrong values.
 * Here it is the forward form of the reversed tensor.
 */
export function cumulativeKernel(
  original: tf.KernelFunc,
  forward: Cumulative,
): Kernel<tf.KernelBackend> {
  return (call) => {
    const x = inputOf(call, "x");
    const { axis, exclusive, reverse } = call.attrs as {
      axis: number;
      exclusive: boolean;
      reverse: boolean;
    };
    if (!reverse) {
      return original({
        inputs: { x },
        attrs: { axis, exclusive, reverse },
        backend: call.backend,
      });
    }
    return tf.tidy(() =>
      tf.reverse(forward(tf.reverse(x as tf.Tensor, axis), axis, exclusive), axis)
    );
  };
}
