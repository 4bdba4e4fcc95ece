/**
 * Random tensors whose numbers depend on a seed and a name only: on no order of calls, no backend and
 * no earlier draw.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { philox, philoxKey, type PhiloxWords } from "../data/philox.ts";
import { hollow, isPlanning } from "../engine/mod.ts";
import type { tf } from "../engine/tf.ts";
import { sendTensor } from "./send_tensor.ts";

/** Where the numbers come from. */
export interface RandomSource {
  /** The seed of the run, an integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** What the numbers are for, such as `model.layers.0.mlp.up_proj.A`: another name, other numbers. */
  readonly name: string;
}

/** Options of {@linkcode uniformTensor}. */
export interface UniformOptions extends RandomSource {
  readonly low: number;
  readonly high: number;
}

/** Options of {@linkcode normalTensor}. */
export interface NormalOptions extends RandomSource {
  readonly mean?: number;
  readonly deviation: number;
}

/** Numbers drawn evenly from `[low, high)`, in steps of `(high - low) / 2^24`. */
export function uniformTensor<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  { low, high, ...source }: UniformOptions,
): tf.Tensor<R> {
  if (isPlanning()) return hollow(shape) as tf.Tensor<R>;
  const values = draw(
    shape,
    source,
    (words) => words.map((word) => low + (high - low) * unit(word)),
  );
  return sendTensor(values, shape) as tf.Tensor<R>;
}

/** Numbers of a normal distribution, by Box and Muller's transform. */
export function normalTensor<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  { mean = 0, deviation, ...source }: NormalOptions,
): tf.Tensor<R> {
  if (isPlanning()) return hollow(shape) as tf.Tensor<R>;
  const values = draw(
    shape,
    source,
    ([a, b, c, d]) =>
      [...boxMuller(a, b), ...boxMuller(c, d)].map((value) => mean + deviation * value),
  );
  return sendTensor(values, shape) as tf.Tensor<R>;
}

/** A 31-bit number for one step of a run: the key of the draws that the step makes by itself. */
export function stepKey({ seed, name }: RandomSource, step: number): number {
  return philox(
    [step >>> 0, Math.floor(step / 2 ** 32), ...nameWords(name)],
    philoxKey(seed),
  )[0] >>> 1;
}

function draw(
  shape: readonly number[],
  { seed, name }: RandomSource,
  four: (words: PhiloxWords) => readonly number[],
): Float32Array {
  const values = new Float32Array(shape.reduce((size, length) => size * length, 1));
  const key = philoxKey(seed);
  const [high, low] = nameWords(name);
  for (let at = 0; at < values.length; at += 4) {
    const numbers = four(philox([at / 4, 0, high, low], key));
    for (let k = 0; k < 4 && at + k < values.length; k++) values[at + k] = numbers[k]!;
  }
  return values;
}

function nameWords(name: string): [number, number] {
  const digest = createHash("sha256").update(name).digest();
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}

// The upper 24 bits, as many as a float32 holds.
function unit(word: number): number {
  return (word >>> 8) / 2 ** 24;
}

function boxMuller(a: number, b: number): [number, number] {
  // From (0, 1], so that the logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log(1 - unit(a)));
  const angle = 2 * Math.PI * unit(b);
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}
