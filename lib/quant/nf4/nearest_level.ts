import { tf } from "../../engine/tf.ts";
import { middlesOf } from "./levels.ts";

/** The index of the nearest level of each value, as int32; of two equally near ones the lower. */
export function nearestLevel(x: tf.Tensor, levels: Float32Array): tf.Tensor {
  // One comparison after the other: all at once would take 15 or 255 times the memory.
  return [...middlesOf(levels)].reduce<tf.Tensor>(
    (index, middle) =>
      tf.tidy(() => {
        const next = tf.add(index, tf.cast(tf.greater(x, middle), "int32"));
        index.dispose();
        return next;
      }),
    tf.fill(x.shape, 0, "int32"),
  );
}

/** The levels at these indices. */
export function levelsAt(index: tf.Tensor, levels: Float32Array): tf.Tensor {
  return tf.gather(tf.tensor1d(levels), index as tf.Tensor1D);
}
