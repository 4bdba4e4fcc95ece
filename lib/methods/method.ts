import type { tf } from "../engine/tf.ts";
import type { Granularity } from "../quant/granularity.ts";
import type { LinearState } from "./linear_state.ts";
import type { LinearWeight } from "./linear_weight.ts";
import type { MethodSettings } from "./settings.ts";

/**
 * How what was trained becomes what is deployed.
 *
 * - `exact`: one weight whose outputs equal those of training bit for bit;
 * - `rounded`: one weight in floating point, equal up to the rounding of a sum;
 * - `beside`: cannot be merged: a float adapter stays beside the quantized weight ("4 & 16 bits").
 */
export type Merging = "exact" | "rounded" | "beside";

/** What a method can take. */
export interface MethodLimits {
  /** Whether the method has a low-rank adapter; with an optional one rank 0 is allowed. */
  readonly adapter: "none" | "optional" | "required";
  /** The grids that it knows; none for a method that quantizes nothing. */
  readonly grids: readonly ("symmetric" | "asymmetric")[];
  /** The granularities that it knows. */
  readonly granularities: readonly Granularity["kind"][];
  /** The widths that it knows, where not all from 2 to 8. */
  readonly bits?: readonly number[];
}

/** Inputs that a layer was seen to have. */
export interface LayerInputs {
  /** Rows of inputs of the layer on calibration text, `[N, I]`. */
  readonly xNI: tf.Tensor2D;
}

/** What a method knows when it prepares a layer. */
export interface PrepareContext {
  /** The layer's name. */
  readonly layer: string;
  readonly settings: MethodSettings;
  /** For methods that calibrate. */
  readonly inputs?: LayerInputs;
}

/** A way to represent, train and deploy one linear layer's weight. */
export interface Method<Weight extends LinearWeight = LinearWeight, Form = unknown> {
  /** The name by which users ask for it, such as `lr-qat`. */
  readonly name: string;
  /** What it is, in one line. */
  readonly about: string;
  readonly merging: Merging;
  readonly limits: MethodLimits;
  /** Settings whose defaults are the method's own. */
  readonly defaults: Readonly<Partial<MethodSettings>>;
  /** Makes a layer's state from its float weight `[O, I]`, which the caller keeps. */
  prepare(wOI: tf.Tensor2D, context: PrepareContext): LinearState<Form>;
  /** `y = x Ŵᵀ`, `[N, I]` to `[N, O]`; differentiable in `x` and in what is trained. */
  apply(xNI: tf.Tensor2D, state: LinearState<Form>): tf.Tensor2D;
  /** What the layer is deployed as. Its tensors are new, and the state stays. */
  merge(state: LinearState<Form>): Weight;
  /**
   * Where the values that become codes lie beyond the grid, booleans `[O, I]`; methods whose codes are
   * frozen do not know them any more.
   */
  clipped?(state: LinearState<Form>): tf.Tensor2D;
  /** The weight that is brought to the grid, `[O, I]`; methods whose codes are frozen have none. */
  target?(state: LinearState<Form>): tf.Tensor2D;
}
