import { tf } from "../../../lib/engine/tf.ts";
import {
  affineCodes,
  fakeQuantizeAffine,
  fakeQuantizeOffset,
  offsetCodes,
} from "../../../lib/quant/fake_quantize.ts";
import { signedGrid, unsignedGrid } from "../../../lib/quant/grid.ts";
import { numberOf } from "../attributes.ts";
import {
  type CaseRun,
  differentiable,
  forward,
  tensorOf,
  type Tensors,
} from "../implementation.ts";

/** `02-symmetric`. */
export function symmetricCase(run: CaseRun): Promise<Tensors> {
  return withCodes(run, {
    value: (inputs) =>
      fakeQuantizeAffine(tensorOf(inputs, "x"), tensorOf(inputs, "s"), signed(run)),
    codes: (inputs) => affineCodes(tensorOf(inputs, "x"), tensorOf(inputs, "s"), signed(run)),
  });
}

/** `02-asymmetric`. */
export function asymmetricCase(run: CaseRun): Promise<Tensors> {
  const options = (inputs: Tensors) => ({
    ...unsignedGrid(numberOf(run.attributes, "bits")),
    zero: tensorOf(inputs, "z"),
  });
  return withCodes(run, {
    value: (inputs) =>
      fakeQuantizeAffine(tensorOf(inputs, "x"), tensorOf(inputs, "s"), options(inputs)),
    codes: (inputs) => affineCodes(tensorOf(inputs, "x"), tensorOf(inputs, "s"), options(inputs)),
  });
}

/** `02-offset`. */
export function offsetCase(run: CaseRun): Promise<Tensors> {
  const learned = (inputs: Tensors) => ({
    scale: tensorOf(inputs, "s"),
    offset: tensorOf(inputs, "b"),
  });
  return withCodes(run, {
    value: (inputs) => fakeQuantizeOffset(tensorOf(inputs, "x"), learned(inputs), signed(run)),
    codes: (inputs) => offsetCodes(tensorOf(inputs, "x"), learned(inputs), signed(run)),
  });
}

interface Quantizer {
  readonly value: (inputs: Tensors) => tf.Tensor;
  readonly codes: (inputs: Tensors) => tf.Tensor;
}

async function withCodes(run: CaseRun, { value, codes }: Quantizer): Promise<Tensors> {
  return {
    ...await differentiable(value)(run),
    ...await forward((inputs) => ({ codes: codes(inputs) }))(run),
  };
}

function signed({ attributes }: CaseRun) {
  return signedGrid(numberOf(attributes, "bits"));
}
