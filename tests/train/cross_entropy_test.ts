import { assertEquals, assertLessOrEqual } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { tokenLosses } from "../../lib/model/token_losses.ts";
import { crossEntropy } from "../../lib/train/cross_entropy.ts";

await engine.start({ backend: "tensorflow" });

const [N, D, V] = [10, 6, 13];
const rows = tf.randomNormal<tf.Rank.R2>([N, D], 0, 1, "float32", 1);
const head = tf.randomNormal<tf.Rank.R2>([V, D], 0, 1, "float32", 2);
const targetsN = tf.tensor1d([0, 12, 3, 3, 7, 1, 2, 9, 11, 5], "int32");
const weightsN = tf.tensor1d([0.1, 0.2, 0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);

type Loss = (rowsND: tf.Tensor2D, headVD: tf.Tensor2D) => tf.Scalar;

const plain: Loss = (x, w) =>
  tf.sum(tf.mul(tokenLosses(tf.matMul(x, w, false, true), targetsN), weightsN));

const inPieces = (piece: number): Loss => (x, w) =>
  crossEntropy(x, w, { targetsN, weightsN, piece });

function valueAndGradients(loss: Loss, compiled: boolean): Float32Array[] {
  const run = (x: tf.Tensor2D, w: tf.Tensor2D) => {
    const { value, grads } = tf.valueAndGrads((a, b) =>
      tf.mul(loss(a as tf.Tensor2D, b as tf.Tensor2D), 3)
    )([x, w]);
    return [value, ...grads];
  };
  return (compiled ? engine.compile(run) : run)(rows, head).map((tensor) =>
    tensor.dataSync() as Float32Array
  );
}

function difference(a: Float32Array, b: Float32Array): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

for (const compiled of [false, true]) {
  const how = compiled ? "compiled" : "eager";
  // 130 numbers: one piece, two of five rows, four of at most three rows, one row each.
  for (const piece of [130, 65, 40, 13]) {
    Deno.test(`crossEntropy() equals the whole loss with its gradients, pieces of ${piece}, ${how}`, () => {
      const expected = valueAndGradients(plain, false);
      const found = valueAndGradients(inPieces(piece), compiled);
      found.forEach((values, i) => assertLessOrEqual(difference(values, expected[i]!), 1e-6));
    });
  }
}

Deno.test("crossEntropy() gives tokens of weight 0 no gradient", () => {
  const [, gradient = new Float32Array()] = valueAndGradients(inPieces(40), false);
  assertEquals([...gradient.subarray(2 * D, 3 * D)], [0, 0, 0, 0, 0, 0]);
});
