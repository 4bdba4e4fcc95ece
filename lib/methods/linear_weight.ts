import { cast } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { castLike } from "../model/compute_type.ts";
import { loadNf4, type Nf4Weights } from "../quant/nf4/nf4.ts";
import { type Dequantization, dequantize } from "./dequantize.ts";
import { lowRankSide } from "./low_rank.ts";
import { ruledLinear, type WeightRule } from "./weight_rule.ts";

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
      return ruledLinear(xNI, [], baseRule(weight));
    case "adapted": {
      const { base, adapter } = weight;
      return tf.add(ruledLinear(xNI, [], baseRule(base)), lowRankSide(xNI, adapter));
    }
  }
}

/** The rule of a quantized weight. */
export function baseRule(weight: CodedWeight | Nf4Weight): WeightRule {
  return frozenRule(weightTensors(weight), (tensors) => weightValues(withTensors(weight, tensors)));
}

/** The values of a quantized weight, `[O, I]`, float32. */
export function weightValues(weight: CodedWeight | Nf4Weight): tf.Tensor2D {
  if (weight.kind === "nf4") return loadNf4(weight.stored, weight) as tf.Tensor2D;
  const { scale, zero, offset } = weight;
  return dequantize({ codesOI: tf.cast(weight.codesOI, "float32"), scale, zero, offset });
}

/**
 * The rule of a weight that nothing changes.
 *
 * @param frozen What it is made of, as it is held. To be made again for the backward pass it must be made
 * of the tensors that `make` is given.
 */
export function frozenRule(
  frozen: readonly tf.Tensor[],
  make: (frozen: readonly tf.Tensor[]) => tf.Tensor2D,
): WeightRule {
  return {
    frozen,
    forward: (_learned, tensors) => ({ wOI: make(tensors) }),
    backward: ({ frozen: tensors }) => ({ wOI: make(tensors), gradients: [] }),
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
  return withTensors(weight, tensors);
}

function withTensors<Weight extends LinearWeight | Nf4Weight>(
  weight: Weight,
  tensors: readonly tf.Tensor[],
): Weight {
  const rest = [...tensors];
  return taken(weight, () => {
    const tensor = rest.shift();
    if (!tensor) throw new RangeError(`A weight of kind ${weight.kind} has more tensors`);
    return tensor;
  }) as Weight;
}

function taken(
  weight: LinearWeight | Nf4Weight,
  take: () => tf.Tensor,
): LinearWeight | Nf4Weight {
  const next = <T extends tf.Tensor>() => take() as T;
  switch (weight.kind) {
    case "float":
      return { kind: "float", wOI: next() };
    case "codes": {
      const { bits, zero, offset } = weight;
      return {
        kind: "codes",
        bits,
        codesOI: next(),
        scale: next(),
        ...(zero && { zero: next() }),
        ...(offset && { offset: next() }),
      };
    }
    case "nf4":
      return {
        ...weight,
        stored: { packed: next(), absmaxCodes: next(), absmax2: next(), offset: next() },
      };
    case "adapted": {
      const base = taken(weight.base, take) as CodedWeight | Nf4Weight;
      return {
        kind: "adapted",
        base,
        adapter: { aRI: next(), bOR: next(), multiplier: next() },
      };
    }
  }
}
