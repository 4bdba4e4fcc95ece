import { philox, philoxKey } from "../data/philox.ts";

/** How the next token is chosen. */
export interface SamplingOptions {
  /** 0 takes the likeliest token; above, logits are divided by it. Default: 0. */
  temperature?: number;
  /** Choose among this many likeliest tokens. Default: all. */
  topK?: number;
  /** Choose among the likeliest tokens that together have this probability. Default: 1, all. */
  topP?: number;
  /** The seed, an integer from 0 to 2^53 - 1. Default: 0. */
  seed?: number;
}

/** Chooses the token at a place from its logits; the same place and logits give the same token. */
export type Sampler = (logits: Float32Array, place: number) => number;

/**
 * Makes a sampler: top-k first, then top-p over what is left, then a draw.
 *
 * Sources: Fan et al., "Hierarchical Neural Story Generation", 2018 (top-k); Holtzman et al., "The
 * Curious Case of Neural Text Degeneration", 2020 (top-p).
 *
 * @throws {RangeError} If an option is out of range.
 */
export function makeSampler(options: SamplingOptions = {}): Sampler {
  const { temperature = 0, topK = Infinity, topP = 1, seed = 0 } = options;
  requireRange("temperature", temperature, temperature >= 0 && temperature < Infinity);
  requireRange("topK", topK, topK === Infinity || (Number.isInteger(topK) && topK >= 1));
  requireRange("topP", topP, topP > 0 && topP <= 1);
  const key = philoxKey(seed);
  if (temperature === 0) return (logits) => likeliest(logits);
  return (logits, place) => {
    const [word] = philox([place, 0, 0, 0], key);
    const weights = weightsOf(logits, temperature);
    if (topK < weights.length || topP < 1) {
      const falling = weights.toSorted().reverse();
      keepLargest(weights, { falling, count: countKept(falling, { topK, topP }) });
    }
    return draw(weights, word / 2 ** 32);
  };
}

/** The first of the tokens with the largest logit. */
function likeliest(logits: Float32Array): number {
  let best = -1;
  let most = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    if (logits[id]! > most) [best, most] = [id, logits[id]!];
  }
  if (best >= 0) return best;
  throw new RangeError("Cannot sample: the model gave no logit that is a number");
}

/** Probabilities up to a common factor; the largest is 1, so that none overflows. */
function weightsOf(logits: Float32Array, temperature: number): Float64Array {
  const top = logits[likeliest(logits)]!;
  return Float64Array.from(logits, (logit) => Math.exp((logit - top) / temperature));
}

/** How many of the largest weights are left by top-k and then top-p. */
function countKept(
  falling: Float64Array,
  { topK, topP }: { topK: number; topP: number },
): number {
  const among = falling.subarray(0, Math.min(topK, falling.length));
  if (topP === 1) return among.length;
  const enough = topP * sum(among);
  let mass = 0;
  const last = among.findIndex((weight) => (mass += weight) >= enough);
  return last < 0 ? among.length : last + 1;
}

/** Sets all but the `count` largest weights to zero; of equal ones the first stay. */
function keepLargest(
  weights: Float64Array,
  { falling, count }: { falling: Float64Array; count: number },
): void {
  const least = falling[count - 1]!;
  let equalsLeft = count - falling.indexOf(least);
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id]!;
    if (weight > least || (weight === least && equalsLeft-- > 0)) continue;
    weights[id] = 0;
  }
}

function draw(weights: Float64Array, uniform: number): number {
  let left = uniform * sum(weights);
  let last = 0;
  for (let id = 0; id < weights.length; id++) {
    if (weights[id] === 0) continue;
    last = id;
    left -= weights[id]!;
    if (left < 0) break;
  }
  // Rounding can leave a rest after all; then the last possible token stands.
  return last;
}

function sum(weights: Float64Array): number {
  return weights.reduce((before, weight) => before + weight, 0);
}

function requireRange(name: string, value: number, isInside: boolean): void {
  if (isInside) return;
  const allowed = {
    temperature: "a finite number from 0",
    topK: "an integer from 1",
    topP: "a number above 0 and at most 1",
  }[name];
  throw new RangeError(`Cannot sample: '${name}' must be ${allowed}: current value is ${value}`);
}
