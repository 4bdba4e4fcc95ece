/**
 * Gradients that TF.js has not or wrong: without these, `maximum`, `minimum`, `squaredDifference`
 * and `matMul` fail where an input broadcasts, `cumsum` gives wrong values over any axis but the
 * last, and `gatherND` has none.
 *
 * @module
 */
import { tf } from "../tf.ts";

/** Puts the engine's gradients in the place of TF.js's, on every backend. */
export function registerGradients(): void {
  registerBinary("Maximum", {
    a: (dy, a, b) => tf.mul(dy, tf.cast(tf.greaterEqual(a, b), "float32")),
    b: (dy, a, b) => tf.mul(dy, tf.cast(tf.less(a, b), "float32")),
  });
  registerBinary("Minimum", {
    a: (dy, a, b) => tf.mul(dy, tf.cast(tf.lessEqual(a, b), "float32")),
    b: (dy, a, b) => tf.mul(dy, tf.cast(tf.greater(a, b), "float32")),
  });
  registerBinary("SquaredDifference", {
    a: (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(a, b))),
    b: (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(b, a))),
  });
  registerMatMul();
  registerCumsum();
  registerGatherNd();
}

type PartialDerivative = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

function registerBinary(
  kernelName: string,
  partials: { a: PartialDerivative; b: PartialDerivative },
) {
  tf.registerGradient({
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (given, saved) => {
      const [dy, a, b] = [given as tf.Tensor, ...saved] as [tf.Tensor, tf.Tensor, tf.Tensor];
      return {
        a: () => sumTo(partials.a(dy, a, b), a.shape),
        b: () => sumTo(partials.b(dy, a, b), b.shape),
      };
    },
  });
}

// With A' for A or its transpose: d(A'B') is dy B'ᵀ for A' and A'ᵀ dy for B', turned back.
function registerMatMul() {
  tf.registerGradient({
    kernelName: "BatchMatMul",
    inputsToSave: ["a", "b"],
    gradFunc: (given, saved, attributes) => {
      const [dy, a, b] = [given as tf.Tensor, ...saved] as [tf.Tensor, tf.Tensor, tf.Tensor];
      const { transposeA, transposeB } = attributes as unknown as {
        transposeA: boolean;
        transposeB: boolean;
      };
      const da = () =>
        transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB);
      const db = () =>
        transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false);
      return { a: () => sumTo(da(), a.shape), b: () => sumTo(db(), b.shape) };
    },
  });
}

function registerCumsum() {
  tf.registerGradient({
    kernelName: "Cumsum",
    gradFunc: (dy, _saved, attributes) => {
      const { axis, exclusive, reverse } = attributes as unknown as {
        axis: number;
        exclusive: boolean;
        reverse: boolean;
      };
      return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
    },
  });
}

function registerGatherNd() {
  tf.registerGradient({
    kernelName: "GatherNd",
    inputsToSave: ["params", "indices"],
    gradFunc: (dy, saved) => {
      const [params, indices] = saved as [tf.Tensor, tf.Tensor];
      return {
        params: () => tf.scatterND(indices, dy as tf.Tensor, params.shape),
        indices: () => tf.zerosLike(indices),
      };
    },
  });
}

/** Adds a gradient up over the axes along which its input was broadcast. */
function sumTo(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const added = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((length, axis) =>
    axis < added || (shape[axis - added] === 1 && length !== 1) ? [axis] : []
  );
  return axes.length === 0 ? gradient : tf.reshape(tf.sum(gradient, axes), shape);
}
