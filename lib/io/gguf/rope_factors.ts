/** Hugging Face's `rope_scaling` of LLaMA 3.1 and later. */
export interface Llama3RopeScaling {
  rope_type: "llama3";
  factor: number;
  low_freq_factor: number;
  high_freq_factor: number;
  original_max_position_embeddings: number;
}

/** Options for {@linkcode llama3RopeFactors}. */
export interface RopeFactorOptions {
  /** The base of the angles, `rope_theta`. */
  theta: number;
  /** The size of a head; each pair of its values has one frequency. */
  headDim: number;
}

// Every published LLaMA 3 model has these; only the factor differs (8 in 3.1 and 3.3, 32 in 3.2).
const PUBLISHED = {
  rope_type: "llama3",
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
} as const;

/**
 * Returns by what LLaMA 3's scaling divides each frequency: 1 for short waves, `factor` for long ones,
 * and a smooth passage between.
 *
 * With wave length `λ = 2π theta^(2i / headDim)` and `t = (L / λ - low) / (high - low)`, clamped to 0..1,
 * the divisor is `1 / ((1 - t) / factor + t)`.
 */
export function llama3RopeFactors(
  scaling: Llama3RopeScaling,
  { theta, headDim }: RopeFactorOptions,
): Float64Array {
  const { factor, low_freq_factor: low, high_freq_factor: high } = scaling;
  return Float64Array.from({ length: headDim / 2 }, (_, i) => {
    const wave = 2 * Math.PI * theta ** (2 * i / headDim);
    const t = (scaling.original_max_position_embeddings / wave - low) / (high - low);
    const smooth = Math.min(1, Math.max(0, t));
    return 1 / ((1 - smooth) / factor + smooth);
  });
}

/**
 * Finds the scaling whose divisors a GGUF file stores as `rope_freqs.weight`; the file has no other
 * record of it. Returns `undefined` if no published LLaMA 3 scaling gives these divisors.
 */
export function ropeScalingOfFactors(
  factors: ArrayLike<number>,
  options: RopeFactorOptions,
): Llama3RopeScaling | undefined {
  const scaling = { ...PUBLISHED, factor: Math.max(...Array.from(factors)) };
  const expected = llama3RopeFactors(scaling, options);
  const same = factors.length === expected.length &&
    expected.every((divisor, i) => Math.abs(factors[i]! / divisor - 1) < 1e-4);
  return same ? scaling : undefined;
}
