import { cast } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { castLike } from "../model/compute_type.ts";
import { loadNf4, type Nf4Weights } from "../quant/nf4/nf4.ts";
import { type Dequantization, dequantize } from "./dequantize.ts";
import { lowRankSide } from "./low_rank.ts";
import { ruledLinear } from "./weight_rule.ts";

/** A weight as integer codes with scales: `Ŵ = s (code - zero) + offset`. */
export type CodedWeight = {
  readonly kind: "codes";
  /** Bits a code. */
  readonly bits: number;
  /** Signed codes `[O, I]`, from `-2^(bits-1)` to `2^(bits-1) - 1`, held as int8. */
  readonly codesOI: tf.Tensor2D;
  /** The scales, snapped to the format that was asked for, `[O, G]`. */
  readonly scale: tf.Tensor;
  /** The integers that the codes count from, `[O, G]` or `[1]`; none means 0. */
  readonly zero?: tf.Tensor;
  /** Real offsets, `[O, G]`; none means 0. */
  readonly offset?: tf.Tensor;
};

/** A weight in floating point. */
export type FloatWeight = {
  readonly kind: "float";
  readonly wOI: tf.Tensor2D;
};

/** A weight as 4-bit indices of NF4's levels, with double-quantized block maxima. */
export type Nf4Weight = {
  readonly kind: "nf4";
  readonly shape: readonly [outputs: number, inputs: number];
  readonly stored: Nf4Weights;
};

/** A low-rank product that stays beside its weight, in floating point. */
export type SideAdapter = {
  /** `A`, `[R, I]`. */
  readonly aRI: tf.Tensor2D;
  /** `B`, `[O, R]`. */
  readonly bOR: tf.Tensor2D;
  readonly multiplier: tf.Scalar;
};

/** A quantized weight that its method cannot merge with the float adapter beside it ("4 & 16 bits"). */
export type AdaptedWeight<Base extends CodedWeight | Nf4Weight = CodedWeight | Nf4Weight> = {
  readonly kind: "adapted";
  readonly base: Base;
  readonly adapter: SideAdapter;
};

/** What a trained layer becomes. */
export type LinearWeight = CodedWeight | FloatWeight | AdaptedWeight;

/** A coded weight in tensors of its own, of codes that are still floats. */
export function codedWeight(
  bits: number,
  { codesOI, scale, zero, offset }: Dequantization,
): CodedWeight {
  return {
    kind: "codes",
    bits,
    codesOI: cast(codesOI, "int8") as tf.Tensor2D,
    scale: tf.clone(scale),
    ...(zero && { zero: tf.clone(zero) }),
    ...(offset && { offset: tf.clone(offset) }),
  };
}

/** `y = x Ŵᵀ`, dequantized on the fly; the gradient reaches `x` only. */
export function applyWeight(xNI: tf.Tensor2D, weight: LinearWeight): tf.Tensor2D {
  switch (weight.kind) {
    case "float":
      return tf.matMul(xNI, castLike(weight.wOI, xNI), false, true);
    case "codes":
      return ruledLinear(xNI, [], frozenRule(() => weightValues(weight)));
    case "adapted": {
      const { base, adapter } = weight;
      const frozen = ruledLinear(xNI, [], frozenRule(() => weightValues(base)));
      return tf.add(frozen, lowRankSide(xNI, adapter));
    }
  }
}

/** The values of a quantized weight, `[O, I]`, float32. */
export function weightValues(weight: CodedWeight | Nf4Weight): tf.Tensor2D {
  if (weight.kind === "nf4") return loadNf4(weight.stored, weight) as tf.Tensor2D;
  const { scale, zero, offset } = weight;
  return dequantize({ codesOI: tf.cast(weight.codesOI, "float32"), scale, zero, offset });
}

/** The rule of a weight that nothing changes. */
export function frozenRule(make: () => tf.Tensor2D): Parameters<typeof ruledLinear>[2] {
  return {
    forward: () => ({ wOI: make() }),
    backward: () => ({ wOI: make(), gradients: [] }),
  };
}

/** Frees a weight's tensors. */
export function disposeWeight(weight: LinearWeight): void {
  tf.dispose(weightTensors(weight));
}

/** All tensors of a weight. */
export function weightTensors(weight: LinearWeight | Nf4Weight): tf.Tensor[] {
  switch (weight.kind) {
    case "float":
      return [weight.wOI];
    case "codes":
      return [weight.codesOI, weight.scale, weight.zero, weight.offset].filter(isThere);
    case "nf4": {
      const { packed, absmaxCodes, absmax2, offset } = weight.stored;
      return [packed, absmaxCodes, absmax2, offset];
    }
    case "adapted": {
      const { aRI, bOR, multiplier } = weight.adapter;
      return [...weightTensors(weight.base), aRI, bOR, multiplier];
    }
  }
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** The same weight with other tensors, in the order of {@linkcode weightTensors}. */
export function withWeightTensors(
  weight: LinearWeight,
  tensors: readonly tf.Tensor[],
): LinearWeight {
  const rest = [...tensors];
  const next = <T extends tf.Tensor>(): T => {
    const tensor = rest.shift();
    if (!tensor) throw new RangeError(`A weight of kind ${weight.kind} has more tensors`);
    return tensor as T;
  };
  const coded = ({ bits, zero, offset }: CodedWeight): CodedWeight => ({
    kind: "codes",
    bits,
    codesOI: next(),
    scale: next(),
    ...(zero && { zero: next() }),
    ...(offset && { offset: next() }),
  });
  switch (weight.kind) {
    case "float":
      return { kind: "float", wOI: next() };
    case "codes":
      return coded(weight);
    case "adapted": {
      const { base } = weight;
      const own = base.kind === "codes" ? coded(base) : { ...base, stored: nf4Tensors(next) };
      return {
        kind: "adapted",
        base: own,
        adapter: { aRI: next(), bOR: next(), multiplier: next() },
      };
    }
  }
}

function nf4Tensors(next: <T extends tf.Tensor>() => T): Nf4Weights {
  return { packed: next(), absmaxCodes: next(), absmax2: next(), offset: next() };
}
