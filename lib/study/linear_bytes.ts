import type { CodedWeight, LinearWeight } from "../methods/linear_weight.ts";
import type { QuantizedModel } from "../methods/quantized_model.ts";
import { packedLength } from "../quant/packing/layout.ts";

const HALF = 2;

/**
 * The bytes of a merged model's linear layers as files hold them: packed codes, scales and offsets in
 * 16 bits, zero-points in a byte, adapters and float weights in 16 bits.
 */
export function linearBytes({ weights }: Pick<QuantizedModel, "weights">): number {
  return [...weights.values()].reduce((sum, weight) => sum + weightBytes(weight), 0);
}

/** The bytes of the same layers in float16. */
export function float16Bytes(shapes: Iterable<readonly [number, number]>): number {
  return [...shapes].reduce((sum, [outputs, inputs]) => sum + HALF * outputs * inputs, 0);
}

function weightBytes(weight: LinearWeight): number {
  switch (weight.kind) {
    case "float":
      return HALF * weight.wOI.size;
    case "codes":
      return codedBytes(weight);
    case "adapted": {
      const { base, adapter } = weight;
      const beside = HALF * (adapter.aRI.size + adapter.bOR.size);
      if (base.kind === "codes") return codedBytes(base) + beside;
      const { packed, absmaxCodes, absmax2, offset } = base.stored;
      return packed.size + absmaxCodes.size + 4 * (absmax2.size + offset.size) + beside;
    }
  }
}

function codedBytes({ bits, codesOI, scale, zero, offset }: CodedWeight): number {
  const [outputs, inputs] = codesOI.shape;
  const rows = outputs * packedLength(inputs, bits);
  return rows + HALF * (scale.size + (offset?.size ?? 0)) + (zero?.size ?? 0);
}
