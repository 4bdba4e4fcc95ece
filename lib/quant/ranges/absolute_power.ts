import { tf } from "../../engine/tf.ts";

/**
 * `|x|^p` for a constant `p >= 1`: a product for the whole part, a root for one half, and
 * `exp(f log|x|)` for another fraction; many times faster than a general power.
 */
export function absolutePower(x: tf.Tensor, p: number): tf.Tensor {
  const size = tf.abs(x);
  const fraction = p - Math.floor(p);
  const whole = wholePower(size, Math.floor(p));
  if (fraction === 0) return whole;
  const rest = fraction === 0.5 ? tf.sqrt(size) : tf.exp(tf.mul(fraction, tf.log(size)));
  return tf.mul(whole, rest);
}

function wholePower(x: tf.Tensor, power: number): tf.Tensor {
  if (power === 1) return x;
  const half = tf.square(wholePower(x, Math.floor(power / 2)));
  return power % 2 === 0 ? half : tf.mul(half, x);
}
