import {
  activationCodes,
  type ActivationOptions,
  quantizeActivations,
} from "../../../lib/quant/activations.ts";
import { unsignedGrid } from "../../../lib/quant/grid.ts";
import { numberOf } from "../attributes.ts";
import {
  type CaseRun,
  differentiable,
  forward,
  tensorOf,
  type Tensors,
} from "../implementation.ts";

/** `07-activation-rounded`. */
export function roundedActivationsCase(run: CaseRun): Promise<Tensors> {
  return activationsCase(run, { zero: "rounded", zeroName: "z" });
}

/** `07-activation-real`. */
export function realActivationsCase(run: CaseRun): Promise<Tensors> {
  return activationsCase(run, { zero: "real", zeroName: "lo" });
}

async function activationsCase(
  run: CaseRun,
  { zero: place, zeroName }: Pick<ActivationOptions, "zero"> & { zeroName: string },
): Promise<Tensors> {
  const { qp } = unsignedGrid(numberOf(run.attributes, "bits"));
  const options = { qp, zero: place };
  const codesOf = forward((inputs) => {
    const { codes, scale, zero } = activationCodes(tensorOf(inputs, "x"), options);
    return { codes, s: scale, [zeroName]: zero };
  });
  return {
    ...await differentiable((inputs) => quantizeActivations(tensorOf(inputs, "x"), options))(run),
    ...await codesOf(run),
  };
}
