/**
 * A LoRA adapter beside a weight: `y += m (x Aᵀ) Bᵀ` with `A [R, I]`, `B [O, R]`.
 *
 * @module
 */
import { tf } from "../engine/tf.ts";
import { type LinearState, type StateEntry, stateTensor } from "./linear_state.ts";
import type { SideAdapter } from "./linear_weight.ts";
import { kaimingFactor, lowRankSide, outputFactor } from "./low_rank.ts";
import type { PrepareContext } from "./method.ts";
import { runtimeNumber } from "./runtime_numbers.ts";

/** The adapter's two factors: `A` drawn, `B` zero, as in LoRA. */
export function sideEntries(
  [outputs, inputs]: readonly [number, number],
  { layer, settings }: PrepareContext,
): { readonly A: StateEntry; readonly B: StateEntry } {
  const { rank, seed, adapterDeviation: deviation } = settings;
  const factorOptions = { layer, seed };
  return {
    A: { role: "adapter", value: kaimingFactor([rank, inputs], factorOptions) },
    B: { role: "adapter", value: outputFactor([outputs, rank], { ...factorOptions, deviation }) },
  };
}

/** The adapter of a state, by the tensors that training changes. */
export function sideAdapter(state: LinearState): SideAdapter {
  return {
    aRI: stateTensor(state, "A"),
    bOR: stateTensor(state, "B"),
    multiplier: runtimeNumber(state, "multiplier"),
  };
}

/** What the adapter adds to a layer's outputs; differentiable. */
export function addSide(yNO: tf.Tensor2D, xNI: tf.Tensor2D, state: LinearState): tf.Tensor2D {
  return tf.add(yNO, lowRankSide(xNI, sideAdapter(state)));
}

/** The adapter as it is deployed, in tensors of its own. */
export function mergedSide(state: LinearState): SideAdapter {
  const { aRI, bOR, multiplier } = sideAdapter(state);
  return { aRI: tf.clone(aRI), bOR: tf.clone(bOR), multiplier: tf.clone(multiplier) };
}
