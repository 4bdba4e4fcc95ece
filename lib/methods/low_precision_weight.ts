import { cast, dtypeOf } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { type LinearState, type StateEntry, stateTensor } from "./linear_state.ts";
import type { MethodSettings } from "./settings.ts";

/** The state tensor of a frozen float weight, in the type that was asked for. */
export function frozenWeight(
  wOI: tf.Tensor2D,
  { weightStorage }: Pick<MethodSettings, "weightStorage">,
): StateEntry {
  const value = weightStorage === "float32" ? tf.clone(wOI) : cast(wOI, weightStorage);
  return { role: "frozen", value };
}

/** A layer's float weight as float32, whatever type holds it. */
export function floatWeight(state: LinearState): tf.Tensor2D {
  const wOI = stateTensor<tf.Tensor2D>(state, "weight");
  return dtypeOf(wOI) === "float32" ? wOI : cast(wOI, "float32") as tf.Tensor2D;
}
