import { cast } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { inType } from "../model/compute_type.ts";
import { type LinearState, type StateEntry, stateTensor } from "./linear_state.ts";
import { frozenRule } from "./linear_weight.ts";
import type { MethodSettings } from "./settings.ts";
import type { WeightRule } from "./weight_rule.ts";

/** A float weight of its own, in the type that was asked for. */
export function storedWeight(
  wOI: tf.Tensor2D,
  { weightStorage }: Pick<MethodSettings, "weightStorage">,
): tf.Tensor {
  return weightStorage === "float32" ? tf.clone(wOI) : cast(wOI, weightStorage);
}

/** The state tensor of a frozen float weight. */
export function frozenWeight(
  wOI: tf.Tensor2D,
  settings: Pick<MethodSettings, "weightStorage">,
): StateEntry {
  return { role: "frozen", value: storedWeight(wOI, settings) };
}

/** A layer's float weight as float32, whatever type holds it. */
export function floatWeight(state: LinearState): tf.Tensor2D {
  return inType(stateTensor<tf.Tensor2D>(state, "weight"), "float32");
}

/** The rule of a layer's float weight that nothing changes. */
export function floatWeightRule(state: LinearState): WeightRule {
  return frozenRule(
    [stateTensor(state, "weight")],
    ([wOI]) => inType(wOI as tf.Tensor2D, "float32"),
  );
}
