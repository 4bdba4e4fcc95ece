import { opSignature, spreadInputs } from "../trace/signature.ts";

// Operands that decide shapes and layouts: StableHLO has them as attributes, not as tensors.
const STATIC: ReadonlySet<string> = new Set(
  `
axis begin depth dim dimension dims end k multiples num num_segments paddings perm
reduction_indices shape size size_splits split_dim strides
`.trim().split(/\s+/),
);

/** For each operand of an op whether a program needs its values when it is compiled. */
export function staticOperands(op: string, count: number): readonly boolean[] {
  const signature = opSignature(op);
  if (!signature) return Array<boolean>(count).fill(false);
  return spreadInputs(signature, count).map(({ name }) => op === "Range" || STATIC.has(name));
}
