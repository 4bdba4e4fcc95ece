import { cast } from "../../../lib/engine/mod.ts";
import { tf } from "../../../lib/engine/tf.ts";
import { frozenCodes, type FrozenCodesForm } from "../../../lib/methods/frozen_codes.ts";
import type { LinearState } from "../../../lib/methods/linear_state.ts";
import { type CodedWeight, weightValues } from "../../../lib/methods/linear_weight.ts";
import { lora } from "../../../lib/methods/lora.ts";
import { lsq, type LsqForm } from "../../../lib/methods/lsq.ts";
import type { Method } from "../../../lib/methods/method.ts";
import { peqa } from "../../../lib/methods/peqa.ts";
import { qatLora, type QatLoraForm } from "../../../lib/methods/qat_lora.ts";
import { qlora } from "../../../lib/methods/qlora.ts";
import { qloraStar } from "../../../lib/methods/qlora_star.ts";
import { affineCodes } from "../../../lib/quant/fake_quantize.ts";
import { perChannel, perGroup } from "../../../lib/quant/granularity.ts";
import { signedGrid } from "../../../lib/quant/grid.ts";
import { DYNAMIC_LEVELS, NF4_LEVELS } from "../../../lib/quant/nf4/levels.ts";
import {
  doubleDequantize,
  loadNf4,
  nf4Codes,
  nf4Values,
  storeNf4,
} from "../../../lib/quant/nf4/nf4.ts";
import { lsqGradient } from "../../../lib/quant/lsq_gradient.ts";
import { packCodes } from "../../../lib/quant/packing/device.ts";
import { groupSize } from "../../../lib/quant/ranges/group_statistics.ts";
import { minMaxRange } from "../../../lib/quant/ranges/min_max.ts";
import { numberOf } from "../attributes.ts";
import {
  callCompiled,
  type CaseRun,
  type Implementation,
  tensorOf,
  type Tensors,
} from "../implementation.ts";
import type { Attributes } from "../manifest.ts";
import { layerGradients } from "./layer_gradients.ts";
import { stateOf, withTensors } from "./method_state.ts";

/** The families `06-*` of methods that train, by name. */
export const BASELINES: readonly (readonly [string, Implementation])[] = [
  [
    "06-lora",
    layerCase(lora, (inputs, attributes) => ({ form: null, ...sided(inputs, attributes) })),
  ],
  ["06-qat-lsq", lsqCase(false)],
  ["06-peqa", peqaCase],
  ["06-qlora-nf4", qloraCase],
  ["06-qlora-star", qloraStarCase],
  ["06-qat-lora", qatLoraCase],
];

type Made<Form> = Pick<Parameters<typeof stateOf<Form>>[0], "form" | "numbers" | "tensors">;
type MakeState<Form> = (inputs: Tensors, attributes: Attributes) => Made<Form>;

function layerCase<Form>(
  method: Method<never, Form> | Pick<Method, "apply">,
  make: MakeState<Form>,
  more: (state: LinearState<Form>, inputs: Tensors) => Tensors = () => ({}),
): Implementation {
  return (run: CaseRun) =>
    callCompiled(run, (inputs) => {
      const shape = (inputs["w0"] ?? tensorOf(inputs, "w")).shape;
      const state = stateOf({ shape, ...make(inputs, run.attributes) });
      const layer = ({ w, ...tensors }: Tensors) =>
        (method as Method).apply(
          tensorOf(tensors, "x") as tf.Tensor2D,
          withTensors(state, w ? { ...tensors, weight: w } : tensors),
        );
      return { ...layerGradients(layer, inputs, run.gradients), ...more(state, inputs) };
    });
}

/** The weight and the adapter beside it. */
function sided(inputs: Tensors, attributes: Attributes) {
  return {
    numbers: { multiplier: numberOf(attributes, "multiplier") },
    tensors: {
      weight: tensorOf(inputs, "w0"),
      A: tensorOf(inputs, "A"),
      B: tensorOf(inputs, "B"),
    },
  };
}

function lsqCase(recompute: boolean): Implementation {
  return layerCase<LsqForm>(lsq, (inputs, attributes) => ({
    form: { scaleFormat: "float32", recompute },
    numbers: signedGrid(numberOf(attributes, "bits")),
    tensors: { weight: tensorOf(inputs, "w"), s: tensorOf(inputs, "s") },
  }), (state, inputs) => ({
    "out.codes": lsq.merge(state).codesOI,
    "out.grad_scale": gradientFactor(tensorOf(inputs, "w")),
  }));
}

// The factor of the cases, which have 3 bits unsigned and a scale a row.
function gradientFactor(wOI: tf.Tensor): tf.Tensor {
  const options = { count: groupSize(wOI, perChannel()), qp: 2 ** 3 - 1 };
  return tf.grad((s) => lsqGradient(s, options))(tf.scalar(1));
}

function codesForm(attributes: Attributes): FrozenCodesForm {
  return { bits: numberOf(attributes, "bits"), scaleFormat: "float32" };
}

// The cases have unsigned codes; the methods' are lower by half of the grid.
function half(attributes: Attributes): number {
  return 2 ** (numberOf(attributes, "bits") - 1);
}

function frozen(
  inputs: Tensors,
  attributes: Attributes,
  range: { readonly scale: tf.Tensor; readonly zero: tf.Tensor },
): { readonly codes: tf.Tensor; readonly zero: tf.Tensor } {
  const grid = signedGrid(numberOf(attributes, "bits"));
  const codes = affineCodes(tensorOf(inputs, "w0"), range.scale, { ...grid, zero: range.zero });
  return { codes: packCodes(codes, grid.bits), zero: range.zero };
}

function peqaCase(run: CaseRun): Tensors | Promise<Tensors> {
  return layerCase(peqa, (inputs, attributes) => {
    const zero = tf.sub(tensorOf(inputs, "z0"), half(attributes));
    const base = frozen(inputs, attributes, { scale: tensorOf(inputs, "s0"), zero });
    return {
      form: codesForm(attributes),
      numbers: {},
      tensors: { ...base, s: tensorOf(inputs, "s") },
    };
  }, (state) => {
    const { codesOI, zero } = peqa.merge(state);
    const ones = tf.onesLike(zero as tf.Tensor);
    const steps: CodedWeight = {
      kind: "codes",
      bits: 4,
      codesOI,
      scale: ones,
      zero: zero as tf.Tensor,
    };
    return { "out.w_int": cast(weightValues(steps), "int8") };
  })(run);
}

function qloraStarCase(run: CaseRun): Tensors | Promise<Tensors> {
  const rangeOf = (inputs: Tensors) =>
    minMaxRange(tensorOf(inputs, "w0"), {
      ...signedGrid(numberOf(run.attributes, "bits")),
      granularity: perGroup(numberOf(run.attributes, "group")),
    });
  return layerCase(qloraStar, (inputs, attributes) => {
    const range = rangeOf(inputs);
    const { numbers, tensors: { A, B } } = sided(inputs, attributes);
    const base = frozen(inputs, attributes, range);
    return { form: codesForm(attributes), numbers, tensors: { ...base, s: range.scale, A, B } };
  }, (state, inputs) => {
    const { scale, zero } = rangeOf(inputs);
    const up = half(run.attributes);
    return {
      "out.codes": cast(tf.add(frozenCodes(state), up), "uint8"),
      "out.s": scale,
      "out.z": cast(tf.add(zero, up), "uint8"),
      "out.wq": weightValues(qloraStar.merge(state).base),
    };
  })(run);
}

function qatLoraCase(run: CaseRun): Tensors | Promise<Tensors> {
  return layerCase<QatLoraForm>(qatLora, (inputs, attributes) => {
    const { numbers, tensors } = sided(inputs, attributes);
    return {
      form: { scaleFormat: "float32" },
      numbers: { ...numbers, ...signedGrid(numberOf(attributes, "bits")) },
      tensors: { ...tensors, s: tensorOf(inputs, "s"), b: tensorOf(inputs, "b") },
    };
  }, (state) => ({ "out.codes": qatLora.merge(state).base.codesOI }))(run);
}

function qloraCase(run: CaseRun): Tensors | Promise<Tensors> {
  return layerCase(qlora, (inputs, attributes) => {
    const { numbers, tensors: { A, B } } = sided(inputs, attributes);
    return { form: null, numbers, tensors: { ...storeNf4(tensorOf(inputs, "w0")), A, B } };
  }, (_state, inputs) => {
    const w0 = tensorOf(inputs, "w0");
    const stored = storeNf4(w0);
    const codes = nf4Codes(w0);
    return {
      "out.codes": cast(tf.reshape(codes.codes, w0.shape), "uint8"),
      "out.packed": stored.packed,
      "out.absmax": codes.absmax,
      "out.absmax_codes": stored.absmaxCodes,
      "out.absmax2": stored.absmax2,
      "out.offset": stored.offset,
      "out.absmax_back": doubleDequantize(stored),
      "out.w_single": tf.reshape(nf4Values(codes), w0.shape),
      "out.w_double": loadNf4(stored, { shape: w0.shape }),
      "out.nf4": tf.tensor1d(NF4_LEVELS),
      "out.dynamic": tf.tensor1d(DYNAMIC_LEVELS),
    };
  })(run);
}
