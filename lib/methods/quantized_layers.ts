import type { LlamaConfig } from "../model/config.ts";
import { BLOCK_LINEARS, blockPrefix } from "../model/parameter_shapes.ts";

/** The names of the layers that methods replace, in the order of the forward pass. */
export function quantizedLayers({ layers }: Pick<LlamaConfig, "layers">): string[] {
  return Array.from({ length: layers }, (_, i) => blockPrefix(i))
    .flatMap((prefix) => BLOCK_LINEARS.map((linear) => prefix + linear));
}
