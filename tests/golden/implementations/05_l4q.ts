import { tf } from "../../../lib/engine/tf.ts";
import { l4q, type L4qForm } from "../../../lib/methods/l4q.ts";
import type { LinearState } from "../../../lib/methods/linear_state.ts";
import { weightValues } from "../../../lib/methods/linear_weight.ts";
import { signedGrid } from "../../../lib/quant/grid.ts";
import { numberOf } from "../attributes.ts";
import { callCompiled, type CaseRun, tensorOf, type Tensors } from "../implementation.ts";
import type { Attributes } from "../manifest.ts";
import { layerGradients } from "./layer_gradients.ts";
import { stateOf, withTensors } from "./method_state.ts";

/** `05-l4q`: the layer, what it clips, and what it merges to. */
export function l4qCase(run: CaseRun): Tensors {
  const { attributes, gradients } = run;
  return callCompiled(run, (inputs) => {
    const state = l4qState(inputs, attributes);
    const layer = (tensors: Tensors) =>
      l4q.apply(tensorOf(tensors, "x") as tf.Tensor2D, withTensors(state, tensors));
    const merged = l4q.merge(state);
    return {
      ...layerGradients(layer, inputs, gradients),
      "out.w_int": merged.codesOI,
      "out.wq": weightValues(merged),
      "out.clipped": tf.cast(l4q.clipped?.(state) ?? tf.zeros([]), "int32"),
    };
  });
}

/** The layer's state with the tensors of a case. */
export function l4qState(tensors: Tensors, attributes: Attributes): LinearState<L4qForm> {
  const weight = tensorOf(tensors, "w0");
  return stateOf<L4qForm>({
    shape: weight.shape,
    form: {
      scaleFormat: "float32",
      warmup: false,
      scaleStart: "l4q",
      granularity: { kind: "channel" },
    },
    numbers: {
      ...signedGrid(numberOf(attributes, "bits")),
      multiplier: numberOf(attributes, "alpha"),
    },
    tensors: {
      weight,
      A: tensorOf(tensors, "A"),
      B: tensorOf(tensors, "B"),
      s: tensorOf(tensors, "s"),
      b: tensorOf(tensors, "b"),
    },
  });
}
