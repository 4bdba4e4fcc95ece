/**
 * The range whose quantization error is smallest in an L^p norm, among equal parts of the full range.
 *
 * A candidate is one pass over the weights that ends in one number a group; the best so far stays on
 * the device, so a search reads nothing back, and memory does not grow with candidates.
 *
 * @module
 */
import { compile, type Compiled } from "../../engine/compile.ts";
import { type Compiler, currentCompiler } from "../../engine/compiler.ts";
import { tf } from "../../engine/tf.ts";
import { clamp } from "../clip.ts";
import { besideGroups, scaleShape, splitLike } from "../granularity.ts";
import { SCALE_FLOOR } from "../positive_scale.ts";
import { quotient } from "../quotient.ts";
import { absolutePower } from "./absolute_power.ts";
import { groupMax, groupMaxAbs, groupMin } from "./group_statistics.ts";
import { affineParameters } from "./min_max.ts";
import type { AffineRange, RangeOptions, ScaleRange } from "./range_options.ts";

/** The exponents that LR-QAT's paper chooses from. */
export const LP_EXPONENTS: readonly number[] = [2, 2.4, 3, 3.5, 4, 5];

/** Options of {@linkcode lpScale} and {@linkcode lpRange}. */
export interface LpOptions extends RangeOptions {
  /** The exponent `p` of `sum |w - Q(w)|^p`, at least 1. */
  readonly p: number;
  /** How many parts of the full range are tried; 100 by default. */
  readonly candidates?: number;
}

/** What a search found, in the shape of the scales. */
export type LpFound = {
  /** The part of the range: `k / candidates`; of equal errors the smallest `k`. An int32 tensor. */
  readonly k: tf.Tensor;
  /** `sum |w - Q(w)|^p` of each group. */
  readonly loss: tf.Tensor;
};

/**
 * Symmetric search: `s = (k/n) max|w| / Qp`, at least 1e-8, with the `k` of `1..n` that minimises
 * `sum |w - s clip(round(w/s), Qn, Qp)|^p` in each group.
 *
 * @throws {RangeError} If `p` or `candidates` is out of range, or the groups do not divide.
 */
export function lpScale(wOI: tf.Tensor, options: LpOptions): ScaleRange & LpFound {
  const { granularity } = options;
  return tf.tidy(() => {
    const top = groupMaxAbs(wOI, granularity);
    const { scale, k, loss } = search(wOI, { ...options, kind: "symmetric", low: top, high: top });
    return { scale, k, loss };
  });
}

/**
 * Asymmetric search: `lo, hi = (k/n) min(0, min w), (k/n) max(0, max w)`, scale and zero-point as
 * those of {@linkcode affineParameters}; else as {@linkcode lpScale}.
 *
 * @throws {RangeError} As {@linkcode lpScale}.
 */
export function lpRange(wOI: tf.Tensor, options: LpOptions): AffineRange & LpFound {
  const { granularity } = options;
  return tf.tidy(() => {
    const low = tf.minimum(groupMin(wOI, granularity), 0);
    const high = tf.maximum(groupMax(wOI, granularity), 0);
    return search(wOI, { ...options, kind: "asymmetric", low, high });
  });
}

type Kind = "symmetric" | "asymmetric";
type Found = AffineRange & LpFound;

interface SearchOptions extends LpOptions {
  readonly kind: Kind;
  /** The ends of the full range; for the symmetric kind, both its top. */
  readonly low: tf.Tensor;
  readonly high: tf.Tensor;
}

function search(wOI: tf.Tensor, options: SearchOptions): Found {
  const { p, candidates = 100, kind, low, high, granularity, qn, qp } = options;
  requireSearch(p, candidates);
  const shape = scaleShape(wOI.shape, granularity);
  const next = compiledCandidate(kind, p);
  let best: Found = {
    scale: tf.zeros(shape),
    zero: tf.zeros(shape),
    k: tf.zeros(shape, "int32"),
    loss: tf.fill(shape, Infinity),
  };
  for (let k = 1; k <= candidates; k++) {
    const { scale, zero, k: bestK, loss } = best;
    const previous = best;
    best = next(wOI, low, high, scale, zero, bestK, loss, k, k / candidates, qn, qp);
    tf.dispose(Object.values(previous));
  }
  return best;
}

type Candidate = Compiled<tf.Tensor[], Found>;

// Executables belong to a backend; a search of another one needs its own.
const COMPILED = new WeakMap<Compiler, Map<string, Candidate>>();

function compiledCandidate(kind: Kind, p: number): Candidate {
  const compiler = currentCompiler();
  const known = (compiler && COMPILED.get(compiler)) ?? new Map<string, Candidate>();
  if (compiler) COMPILED.set(compiler, known);
  const key = `${kind} ${p}`;
  const made = known.get(key) ?? compile(
    (...args: tf.Tensor[]) => better(args as CandidateArguments, kind, p),
    { name: "lpCandidate" },
  );
  known.set(key, made);
  return made;
}

type CandidateArguments = [
  w: tf.Tensor,
  low: tf.Tensor,
  high: tf.Tensor,
  scale: tf.Tensor,
  zero: tf.Tensor,
  k: tf.Tensor,
  loss: tf.Tensor,
  candidate: tf.Scalar,
  part: tf.Scalar,
  qn: tf.Scalar,
  qp: tf.Scalar,
];

/** The better of the best so far and one more candidate, group by group. */
function better(args: CandidateArguments, kind: Kind, p: number): Found {
  const [w, low, high, scale, zero, k, loss, candidate, part, qn, qp] = args;
  const bounds = { qn, qp };
  const tried = kind === "asymmetric"
    ? affineParameters(tf.mul(part, low), tf.mul(part, high), bounds)
    : {
      scale: tf.maximum(quotient(tf.mul(part, high), qp), SCALE_FLOOR),
      zero: tf.zerosLike(zero),
    };
  const x = splitLike(w, scale.shape);
  const [s, z] = [besideGroups(tried.scale), besideGroups(tried.zero)];
  const codes = clamp(tf.add(tf.round(tf.div(x, s)), z), bounds);
  const error = tf.sub(x, tf.mul(s, tf.sub(codes, z)));
  const sum = tf.reshape(tf.sum(absolutePower(error, p), -1), scale.shape);
  const wins = tf.less(sum, loss);
  return {
    scale: tf.where(wins, tried.scale, scale),
    zero: tf.where(wins, tried.zero, zero),
    k: tf.where(wins, tf.add(tf.zerosLike(k), tf.cast(candidate, "int32")), k),
    loss: tf.where(wins, sum, loss),
  };
}

function requireSearch(p: number, candidates: number): void {
  if (!(Number.isFinite(p) && p >= 1)) {
    throw new RangeError(`A range search needs 'p' of at least 1: current value is ${p}`);
  }
  if (!(Number.isInteger(candidates) && candidates >= 1)) {
    throw new RangeError(
      `A range search needs a positive integer of 'candidates': current value is ${candidates}`,
    );
  }
}
