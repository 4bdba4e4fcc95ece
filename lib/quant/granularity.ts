/**
 * Which weights share a scale. Letters: O outputs, I inputs, G groups of g consecutive inputs.
 *
 * A scale (offset, zero-point) is `[O, G]`: one column for per channel, `[1]` for per tensor. Nothing
 * here repeats a scale for every weight: weights are seen as `[O, G, g]` and scales as `[O, G, 1]`.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";

/** Which weights share a scale: all, those of an output, or runs of `size` inputs of an output. */
export type Granularity =
  | { readonly kind: "tensor" }
  | { readonly kind: "channel" }
  | { readonly kind: "group"; readonly size: number };

/** One scale for the whole matrix. */
export function perTensor(): Granularity {
  return { kind: "tensor" };
}

/** One scale for every output. */
export function perChannel(): Granularity {
  return { kind: "channel" };
}

/**
 * One scale for every `size` consecutive inputs of an output.
 *
 * @throws {RangeError} If `size` is not a positive integer.
 */
export function perGroup(size: number): Granularity {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`A group size must be a positive integer: current value is ${size}`);
  }
  return { kind: "group", size };
}

/**
 * Reads `tensor`, `channel`, or `g128` (also `group:128`).
 *
 * @throws {RangeError} If the text is none of these.
 */
export function parseGranularity(text: string): Granularity {
  if (text === "tensor") return perTensor();
  if (text === "channel") return perChannel();
  const [, size] = text.match(/^(?:g|group:)(\d{1,9})$/) ?? [];
  if (size !== undefined) return perGroup(Number(size));
  throw new RangeError(
    `Unknown granularity '${text}': write tensor, channel, or g and a group size, as in g128`,
  );
}

/** The text that {@linkcode parseGranularity} reads: `tensor`, `channel`, `g128`. */
export function granularityText(granularity: Granularity): string {
  return granularity.kind === "group" ? `g${granularity.size}` : granularity.kind;
}

/**
 * The shape of the scales of an `[O, I]` matrix: `[1]`, `[O, 1]` or `[O, I / size]`.
 *
 * @throws {RangeError} If the shape is not that of a matrix, or the group size does not divide I.
 */
export function scaleShape(shape: readonly number[], granularity: Granularity): number[] {
  const [outputs, inputs] = matrixShape(shape);
  switch (granularity.kind) {
    case "tensor":
      return [1];
    case "channel":
      return [outputs, 1];
    case "group":
      requireDivides(inputs, granularity.size);
      return [outputs, inputs / granularity.size];
  }
}

/**
 * `[O, I]` as `[O, G, g]`; per tensor, `[1, 1, O I]`.
 *
 * @throws {RangeError} As {@linkcode scaleShape}.
 */
export function splitGroups(xOI: tf.Tensor, granularity: Granularity): tf.Tensor3D {
  return splitLike(xOI, scaleShape(xOI.shape, granularity));
}

/** The inverse of {@linkcode splitGroups}: `[O, G, g]` as a matrix of the shape `[O, I]`. */
export function joinGroups(xOGg: tf.Tensor, shape: readonly number[]): tf.Tensor2D {
  return tf.reshape(xOGg, matrixShape(shape));
}

/**
 * `[O, I]` as `[O, G, g]`, with the groups that scales of this shape have.
 *
 * @throws {RangeError} If no granularity gives such scales.
 */
export function splitLike(xOI: tf.Tensor, scaleShape: readonly number[]): tf.Tensor3D {
  const [outputs, inputs] = matrixShape(xOI.shape);
  const [rows, groups = 0] = scaleShape;
  if (scaleShape.length === 1 && rows === 1) return tf.reshape(xOI, [1, 1, outputs * inputs]);
  if (scaleShape.length !== 2 || rows !== outputs || groups < 1 || inputs % groups !== 0) {
    throw new RangeError(
      `Scales [${scaleShape}] do not fit weights [${xOI.shape}]: expected [1] or [${outputs}, groups] where the groups divide ${inputs}`,
    );
  }
  return tf.reshape(xOI, [outputs, groups, inputs / groups]);
}

/** Scales `[O, G]` (or `[1]`) as `[O, G, 1]` (or `[1, 1, 1]`), to stand beside {@linkcode splitLike}. */
export function besideGroups(sOG: tf.Tensor): tf.Tensor3D {
  const [rows = 1, groups = 1] = sOG.shape;
  return tf.reshape(sOG, [rows, groups, 1]);
}

/** `x s`: every weight of `[O, I]` times its group's scale; differentiable in both. */
export function multiplyGroups(xOI: tf.Tensor, sOG: tf.Tensor): tf.Tensor2D {
  return joinGroups(tf.mul(splitLike(xOI, sOG.shape), besideGroups(sOG)), xOI.shape);
}

/** `x / s`: every weight of `[O, I]` divided by its group's scale; differentiable in both. */
export function divideGroups(xOI: tf.Tensor, sOG: tf.Tensor): tf.Tensor2D {
  return joinGroups(tf.div(splitLike(xOI, sOG.shape), besideGroups(sOG)), xOI.shape);
}

/** `x + b`: every weight of `[O, I]` plus its group's offset; differentiable in both. */
export function addGroups(xOI: tf.Tensor, bOG: tf.Tensor): tf.Tensor2D {
  return joinGroups(tf.add(splitLike(xOI, bOG.shape), besideGroups(bOG)), xOI.shape);
}

/** Adds `[O, I]` up over each group, into the shape of the scales. */
export function sumGroups(xOI: tf.Tensor, scaleShape: readonly number[]): tf.Tensor {
  return tf.reshape(tf.sum(splitLike(xOI, scaleShape), -1), [...scaleShape]);
}

function matrixShape(shape: readonly number[]): [number, number] {
  const [outputs, inputs] = shape;
  if (shape.length !== 2 || !outputs || !inputs) {
    throw new RangeError(
      `Expected weights of shape [outputs, inputs]: current shape is [${shape}]`,
    );
  }
  return [outputs, inputs];
}

function requireDivides(inputs: number, size: number): void {
  if (inputs % size === 0) return;
  const divisors = Array.from({ length: inputs }, (_, i) => i + 1).filter((d) => inputs % d === 0);
  const near = [divisors.findLast((d) => d < size), divisors.find((d) => d > size)];
  throw new RangeError(
    `Group size ${size} does not divide ${inputs} inputs: the nearest that do are ${
      near.filter((d) => d !== undefined).join(" and ")
    }`,
  );
}
