import { cast } from "../engine/mod.ts";
import type { tf } from "../engine/tf.ts";
import { decodeFloats, encodeFloats, type FloatDtype } from "../io/float_bytes.ts";
import type { TensorSource } from "../io/safetensors_write.ts";
import { packBytes } from "../quant/packing/host.ts";
import { packedLength } from "../quant/packing/layout.ts";
import type { CodedWeight, LinearWeight, Nf4Weight } from "./linear_weight.ts";

/** The tensors of a layer's weight as they are written; each makes its bytes when its turn has come. */
export async function weightSources(layer: string, weight: LinearWeight): Promise<TensorSource[]> {
  switch (weight.kind) {
    case "float":
      return [await floatSource(`${layer}.weight`, weight.wOI)];
    case "codes":
      return await codedSources(layer, weight);
    case "adapted": {
      const { base, adapter } = weight;
      const stored = base.kind === "nf4" ? nf4Sources(layer, base) : codedSources(layer, base);
      return [
        ...await stored,
        await floatSource(`${layer}.A`, adapter.aRI),
        await floatSource(`${layer}.B`, adapter.bOR),
        await floatSource(`${layer}.multiplier`, adapter.multiplier),
      ];
    }
  }
}

/** A tensor of floats, in the smallest type that holds each of its values exactly. */
export async function floatSource(name: string, tensor: tf.Tensor): Promise<TensorSource> {
  const values = await floatsOf(tensor);
  const dtype = (["F16", "BF16"] as const).find((type) => holds(values, type)) ?? "F32";
  const data = async () => encodeFloats(await floatsOf(tensor), dtype);
  return { name, dtype, shape: tensor.shape, data };
}

async function codedSources(layer: string, weight: CodedWeight): Promise<TensorSource[]> {
  const { bits, codesOI, scale, zero, offset } = weight;
  const [outputs, inputs] = codesOI.shape;
  const sources: TensorSource[] = [{
    name: `${layer}.codes`,
    dtype: "U8",
    shape: [outputs, packedLength(inputs, bits)],
    data: async () => packBytes(await codesOI.data(), { bits, inputs }),
  }, await floatSource(`${layer}.scale`, scale)];
  if (zero) {
    // A zero-point lies on the grid.
    const data = async () => new Uint8Array(Int8Array.from(await zero.data()).buffer);
    sources.push({ name: `${layer}.zero`, dtype: "I8", shape: zero.shape, data });
  }
  if (offset) sources.push(await floatSource(`${layer}.offset`, offset));
  return sources;
}

async function nf4Sources(layer: string, { stored }: Nf4Weight): Promise<TensorSource[]> {
  const bytes = (name: string, tensor: tf.Tensor): TensorSource => ({
    name: `${layer}.${name}`,
    dtype: "U8",
    shape: tensor.shape,
    data: async () => Uint8Array.from(await tensor.data()),
  });
  return [
    bytes("packed", stored.packed),
    bytes("absmaxCodes", stored.absmaxCodes),
    await floatSource(`${layer}.absmax2`, stored.absmax2),
    await floatSource(`${layer}.offset`, stored.offset),
  ];
}

async function floatsOf(tensor: tf.Tensor): Promise<Float32Array<ArrayBuffer>> {
  const widened = cast(tensor, "float32");
  try {
    return Float32Array.from(await widened.data());
  } finally {
    widened.dispose();
  }
}

function holds(values: Float32Array<ArrayBuffer>, dtype: FloatDtype): boolean {
  const back = decodeFloats(encodeFloats(values, dtype), dtype);
  return values.every((value, i) => Object.is(value, back[i]));
}
