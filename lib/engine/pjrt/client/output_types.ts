import type { PjrtApi } from "./api.ts";
import { dtypeOfBufferType } from "./dtypes.ts";
import { intsAt, wordsAt } from "./native_memory.ts";
import type { TensorType } from "./tensor_type.ts";

/** Asks for the element type and shape of each output of the program at an address. */
export function outputTypes(api: PjrtApi, executable: bigint): TensorType[] {
  const types = api.call("Executable_OutputElementTypes", { executable });
  const count = types.number("num_output_types");
  const shapes = api.call("Executable_OutputDimensions", { executable });
  const ranks = Array.from(wordsAt(shapes.address("dim_sizes"), count), Number);
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const lengths = Array.from(wordsAt(shapes.address("dims"), total), Number);
  let from = 0;
  return Array.from(intsAt(types.address("output_types"), count), (code, i) => {
    const shape = lengths.slice(from, from += ranks[i] ?? 0);
    return { dtype: dtypeOfBufferType(code), shape };
  });
}
