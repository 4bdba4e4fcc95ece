import { fixedPoint, fixedPointCodes } from "../../../lib/quant/downcast/fixed_point.ts";
import { signedGrid } from "../../../lib/quant/grid.ts";
import { numberOf } from "../attributes.ts";
import { forward, tensorOf } from "../implementation.ts";

/** `01-fixed-point`: LR-QAT's downcast to one byte a weight, and back. */
export const fixedPointCase = forward((inputs, attributes) => {
  const bits = numberOf(attributes, "bits");
  const codes = fixedPointCodes(tensorOf(inputs, "x"), signedGrid(bits));
  const value = fixedPoint.load(codes, { bits, inputs: codes.size });
  return { codes, value };
});
