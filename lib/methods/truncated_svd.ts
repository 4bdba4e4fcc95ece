import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { tf } from "../engine/tf.ts";
import { normalTensor } from "../model/random.ts";

/** Options of {@linkcode truncatedSvd}. */
export interface TruncatedSvdOptions {
  /** How many singular values are kept. */
  readonly rank: number;
  /** The seed of the subspace that the search starts from. */
  readonly seed: number;
}

/** The best approximation of a rank as a product. */
export type RankFactors = {
  /** `U sqrt(S)`, `[O, R]`. */
  readonly leftOR: tf.Tensor2D;
  /** `sqrt(S) Vᵀ`, `[R, I]`. */
  readonly rightRI: tf.Tensor2D;
};

// Rounding errors have flat spectra: without the extra columns and passes the last factors are poor.
const EXTRA_COLUMNS = 16;
const PASSES = 12;

/**
 * The largest singular values and vectors of a matrix `[O, I]`, by subspace iteration.
 *
 * Products with the matrix run on the device, and the host sees matrices of a few times `rank` only.
 * Source: Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 2011, 4.4.
 */
export function truncatedSvd(
  matrixOI: tf.Tensor2D,
  { rank, seed }: TruncatedSvdOptions,
): RankFactors {
  const [outputs, inputs] = matrixOI.shape;
  const columns = Math.min(outputs, inputs, 2 * rank + EXTRA_COLUMNS);
  return tf.tidy(() => {
    const start = normalTensor<tf.Rank.R2>([inputs, columns], { seed, name: "svd", deviation: 1 });
    let basis = orthonormal(tf.matMul(matrixOI, start));
    for (let pass = 0; pass < PASSES; pass++) {
      const before = basis;
      basis = tf.tidy(() =>
        orthonormal(tf.matMul(matrixOI, orthonormal(tf.matMul(matrixOI, before, true, false))))
      );
      before.dispose();
    }
    const projected: tf.Tensor2D = tf.matMul(basis, matrixOI, true, false);
    const { values, vectors } = eigen(tf.matMul(projected, projected, false, true));
    // Eigenvalues are squares of singular values: the root of a singular value is their fourth root.
    const roots = values.slice(0, rank).map((value) => Math.max(value, 0) ** 0.25);
    const turn = (share: (root: number) => number) =>
      tf.tensor2d(vectors.map((row) => roots.map((root, k) => (row[k] ?? 0) * share(root))));
    return {
      leftOR: tf.matMul<tf.Tensor2D>(basis, turn((root) => root)),
      rightRI: tf.matMul<tf.Tensor2D>(
        turn((root) => root === 0 ? 0 : 1 / root),
        projected,
        true,
        false,
      ),
    };
  });
}

// Twice, because the first time loses half of the digits; what has no size becomes zero.
function orthonormal(matrix: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => orthogonalized(orthogonalized(matrix)));
}

function orthogonalized(matrix: tf.Tensor2D): tf.Tensor2D {
  const { values, vectors } = eigen(tf.matMul(matrix, matrix, true, false));
  const floor = (values[0] ?? 0) * 1e-12;
  const shares = values.map((value) => value > floor ? value ** -0.5 : 0);
  const transform = vectors.map((row) => row.map((value, k) => value * (shares[k] ?? 0)));
  return tf.matMul(matrix, tf.tensor2d(transform));
}

interface Eigen {
  /** Falling. */
  readonly values: readonly number[];
  /** One column an eigenvalue. */
  readonly vectors: readonly (readonly number[])[];
}

function eigen(gram: tf.Tensor2D): Eigen {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    new Matrix(gram.arraySync()),
    { assumeSymmetric: true },
  );
  const order = realEigenvalues.map((_, k) => k)
    .sort((a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0));
  return {
    values: order.map((k) => realEigenvalues[k] ?? 0),
    vectors: eigenvectorMatrix.to2DArray().map((row) => order.map((k) => row[k] ?? 0)),
  };
}
