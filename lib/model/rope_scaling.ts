import type { JsonField } from "../io/json_field.ts";
import { llama3RopeFactors, type Llama3RopeScaling } from "../io/gguf/rope_factors.ts";

/** Positions divided by a factor. */
export interface LinearRopeScaling {
  rope_type: "linear";
  factor: number;
}

/** A change of the rotary frequencies, with the names that `config.json` gives its fields. */
export type RopeScaling = LinearRopeScaling | Llama3RopeScaling;

/**
 * Reads the object `rope_scaling`, or `rope_parameters` of transformers 5; `undefined` if it leaves the
 * frequencies as they are.
 *
 * @throws {FileFormatError} If the kind of scaling is unknown or a field is out of range.
 */
export function readRopeScaling(field: JsonField): RopeScaling | undefined {
  if (!field.present) return undefined;
  // Files before transformers 4.43 have `type`.
  const kind = field.get("rope_type").present ? field.get("rope_type") : field.get("type");
  const rope_type = kind.oneOf(["default", "linear", "llama3"]);
  if (rope_type === "default") return undefined;
  const number = (name: string) => atLeast(field.get(name), 1);
  if (rope_type === "linear") return { rope_type, factor: number("factor") };
  const scaling: Llama3RopeScaling = {
    rope_type,
    factor: number("factor"),
    low_freq_factor: number("low_freq_factor"),
    high_freq_factor: number("high_freq_factor"),
    original_max_position_embeddings: number("original_max_position_embeddings"),
  };
  if (scaling.high_freq_factor > scaling.low_freq_factor) return scaling;
  throw field.get("high_freq_factor").error("a number above low_freq_factor");
}

/** Options for {@linkcode ropeDivisors}. */
export interface RopeDivisorOptions {
  /** The base of the angles. */
  theta: number;
  /** P, the size of a head. */
  headDim: number;
}

/** By what a scaling divides each of the `P / 2` frequencies. */
export function ropeDivisors(
  scaling: RopeScaling | undefined,
  options: RopeDivisorOptions,
): Float64Array {
  if (scaling?.rope_type === "llama3") return llama3RopeFactors(scaling, options);
  return new Float64Array(options.headDim / 2).fill(scaling?.factor ?? 1);
}

function atLeast(field: JsonField, min: number): number {
  const { value } = field;
  if (typeof value === "number" && value >= min && value < Infinity) return value;
  throw field.error(`a number of at least ${min}`);
}
