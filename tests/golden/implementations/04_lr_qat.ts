import { tf } from "../../../lib/engine/tf.ts";
import { weightValues } from "../../../lib/methods/linear_weight.ts";
import { lrQat, type LrQatForm } from "../../../lib/methods/lr_qat.ts";
import type { LinearState } from "../../../lib/methods/linear_state.ts";
import { phiNamed } from "../../../lib/quant/downcast/phi.ts";
import { divideGroups } from "../../../lib/quant/granularity.ts";
import { signedGrid } from "../../../lib/quant/grid.ts";
import { packCodes, unpackCodes } from "../../../lib/quant/packing/device.ts";
import { numberOf, textOf } from "../attributes.ts";
import { callCompiled, type CaseRun, tensorOf, type Tensors } from "../implementation.ts";
import type { Attributes } from "../manifest.ts";
import { layerGradients } from "./layer_gradients.ts";
import { stateOf, withTensors } from "./method_state.ts";

/** `04-lr-qat`: the layer, what it stores, and what it merges to. */
export function lrQatCase(run: CaseRun): Tensors {
  return callCompiled(run, (inputs) => {
    const { attributes, gradients } = run;
    const bits = numberOf(attributes, "bits");
    const stored = storedPhi(inputs, attributes);
    const state = lrQatState(inputs, { attributes, stored, kept: "int8" });
    const layer = (tensors: Tensors) =>
      lrQat.apply(tensorOf(tensors, "x") as tf.Tensor2D, withTensors(state, tensors));
    const merged = lrQat.merge(state);
    const unpacked = textOf(attributes, "phi") === "int"
      ? unpackCodes(stored, {
        bits,
        inputs: tensorOf(inputs, "w0").shape[1] ?? 0,
        signed: true,
      })
      : stored;
    return {
      ...layerGradients(layer, inputs, gradients),
      "out.phi": unpacked,
      "out.w_int": merged.codesOI,
      "out.wq": weightValues(merged),
      "out.packed": packCodes(merged.codesOI, 4),
    };
  });
}

/** `phi(W0 / s0)` as it is stored. */
export function storedPhi(inputs: Tensors, attributes: Attributes): tf.Tensor {
  const grid = signedGrid(numberOf(attributes, "bits"));
  const ratio = divideGroups(tensorOf(inputs, "w0"), tensorOf(inputs, "s0"));
  return phiNamed(textOf(attributes, "phi")).store(ratio, grid);
}

/** What {@linkcode lrQatState} needs besides the trained tensors. */
export interface LrQatStateOptions {
  readonly attributes: Attributes;
  readonly stored: tf.Tensor;
  readonly kept: LrQatForm["kept"];
}

/** The layer's state with the trained tensors of a case. */
export function lrQatState(
  tensors: Tensors,
  { attributes, stored, kept }: LrQatStateOptions,
): LinearState<LrQatForm> {
  const bits = numberOf(attributes, "bits");
  const phi = textOf(attributes, "phi") as LrQatForm["phi"];
  const [A, B] = [tensorOf(tensors, "A"), tensorOf(tensors, "B")];
  return stateOf({
    shape: [A.shape[0] ?? 0, B.shape[1] ?? 0],
    form: { phi, kept, scaleFormat: "float32", ...(phi === "int" && { packedBits: bits }) },
    numbers: {
      ...signedGrid(bits),
      multiplier: numberOf(attributes, "alpha") / numberOf(attributes, "r"),
      phiMultiplier: 2 ** (8 - bits),
    },
    tensors: { phi: stored, s: tensorOf(tensors, "s"), A, B },
  });
}
