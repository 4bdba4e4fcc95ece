import { assertAlmostEquals, assertLessOrEqual } from "@std/assert";
import { start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { type RankFactors, truncatedSvd } from "../../lib/methods/truncated_svd.ts";
import { normalTensor } from "../../lib/model/random.ts";

await start({ backend: "tensorflow" });

function normal(shape: [number, number], seed: number): tf.Tensor2D {
  return normalTensor<tf.Rank.R2>(shape, { seed, name: "svd", deviation: 1 });
}

function squaredError(matrix: tf.Tensor2D, { leftOR, rightRI }: RankFactors): number {
  const lost = tf.sub(tf.matMul(leftOR, rightRI), matrix);
  return tf.sum(tf.square(lost)).dataSync()[0] ?? NaN;
}

Deno.test("truncatedSvd() finds a matrix of the rank exactly", () => {
  const matrix: tf.Tensor2D = tf.matMul(normal([24, 3], 0), normal([3, 40], 1));
  const found = truncatedSvd(matrix, { rank: 3, seed: 1 });
  assertLessOrEqual(squaredError(matrix, found), 1e-6);
});

Deno.test("truncatedSvd() loses what the spectrum says: 2, 1 and 1/2 beyond 8 and 4", () => {
  const values = [8, 4, 2, 1, 0.5];
  const [left, right] = [orthonormalColumns(24, 5), orthonormalColumns(40, 5)];
  const matrix: tf.Tensor2D = tf.matMul(tf.mul<tf.Tensor2D>(left, values), right, false, true);
  const found = truncatedSvd(matrix, { rank: 2, seed: 2 });
  assertAlmostEquals(squaredError(matrix, found), 4 + 1 + 0.25, 1e-3);
});

Deno.test("truncatedSvd() keeps a rank's share where all singular values are one", () => {
  const matrix = orthonormalColumns(64, 32);
  assertAlmostEquals(squaredError(matrix, truncatedSvd(matrix, { rank: 8, seed: 3 })), 24, 1e-3);
});

Deno.test("truncatedSvd() of zeros is zero", () => {
  const found = truncatedSvd(tf.zeros([12, 9]), { rank: 2, seed: 3 });
  assertLessOrEqual(squaredError(tf.zeros([12, 9]), found), 0);
});

// Columns of a cosine transform, which are orthonormal by construction.
function orthonormalColumns(rows: number, columns: number): tf.Tensor2D {
  return tf.tensor2d(
    Array.from(
      { length: rows },
      (_, n) =>
        Array.from(
          { length: columns },
          (_, k) => Math.sqrt((k === 0 ? 1 : 2) / rows) * Math.cos(Math.PI * (n + 0.5) * k / rows),
        ),
    ),
  );
}
