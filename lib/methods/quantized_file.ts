/**
 * Merged models as files: one safetensors file whose header says how to read it.
 *
 * `__metadata__` has `format` and `version`, the method, its settings, the model's configuration as
 * Hugging Face's `config.json`, where the model that was prepared is from (`source`), and `layers`: for each linear layer its kind of weight, its shape and
 * its bits. Tensors of a layer: `.codes` (signed codes, packed in rows, low bits first), `.scale`,
 * `.zero` (int8) and `.offset`, where there; `.A`, `.B` and `.multiplier` of an adapter; NF4's
 * four; or `.weight`. Every float tensor is stored in the smallest type that holds it exactly.
 *
 * @module
 */
import { cast } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { decodeFloats, encodeFloats, type FloatDtype } from "../io/float_bytes.ts";
import { type TensorSource, writeSafetensors } from "../io/safetensors_write.ts";
import { llamaConfigJson } from "../model/config_json.ts";
import { lastingSource } from "../model/locate_model.ts";
import { packBytes } from "../quant/packing/host.ts";
import type { CodedWeight, LinearWeight, Nf4Weight } from "./linear_weight.ts";
import type { QuantizedModel } from "./quantized_model.ts";
import { describeSettings } from "./settings.ts";

/** What `format` says in the header. */
export const QUANTIZED_FORMAT = "qatlab-quantized";
/** The version of the layout that this module writes. */
export const QUANTIZED_VERSION = 1;

/** What the header says of a layer. */
export interface LayerEntry {
  readonly kind: LinearWeight["kind"];
  /** The kind of an adapted weight's base. */
  readonly base?: "codes" | "nf4";
  readonly shape: readonly [outputs: number, inputs: number];
  /** Bits a code, where there are codes. */
  readonly bits?: number;
}

/** Bytes of a saved model, and of the same model in float16. */
export interface SavedSize {
  /** All tensors. */
  readonly bytes: number;
  /** The quantized layers' share of `bytes`. */
  readonly layerBytes: number;
  /** All tensors in float16, adapters merged. */
  readonly float16Bytes: number;
  /** The quantized layers' weights in float16. */
  readonly float16LayerBytes: number;
}

/**
 * Saves a merged model, atomically. {@linkcode loadQuantizedModel} reads it back bit for bit.
 *
 * @returns The sizes, to set beside float16.
 * @throws One of `Deno.errors` if the disk refuses.
 */
export async function saveQuantizedModel(path: string, model: QuantizedModel): Promise<SavedSize> {
  const sources: TensorSource[] = [];
  const layers: Record<string, LayerEntry> = {};
  let [layerBytes, float16LayerBytes] = [0, 0];
  for (const [layer, weight] of model.weights) {
    const entry = entryOf(weight);
    layers[layer] = entry;
    const parts = await weightSources(layer, weight);
    layerBytes += bytesOf(parts);
    float16LayerBytes += 2 * entry.shape[0] * entry.shape[1];
    sources.push(...parts);
  }
  let float16Bytes = float16LayerBytes;
  for (const [name, tensor] of model.parameters) {
    sources.push(await floatSource(name, tensor));
    float16Bytes += 2 * tensor.size;
  }
  const source = model.source === undefined ? undefined : await lastingSource(model.source);
  const metadata = new Map([
    ["format", QUANTIZED_FORMAT],
    ["version", `${QUANTIZED_VERSION}`],
    ["method", model.method],
    ["settings", JSON.stringify(describeSettings(model.settings))],
    ...(source === undefined ? [] : [["source", source] as const]),
    ["config", llamaConfigJson(model.config)],
    ["layers", JSON.stringify(layers)],
  ]);
  await writeSafetensors(path, sources, { metadata });
  return { bytes: bytesOf(sources), layerBytes, float16Bytes, float16LayerBytes };
}

function bytesOf(sources: readonly TensorSource[]): number {
  return sources.reduce((sum, { data }) => sum + (data as Uint8Array).length, 0);
}

function entryOf(weight: LinearWeight): LayerEntry {
  switch (weight.kind) {
    case "float":
      return { kind: "float", shape: weight.wOI.shape };
    case "codes":
      return { kind: "codes", shape: weight.codesOI.shape, bits: weight.bits };
    case "adapted": {
      const { base } = weight;
      return base.kind === "nf4"
        ? { kind: "adapted", base: "nf4", shape: base.shape }
        : { kind: "adapted", base: "codes", shape: base.codesOI.shape, bits: base.bits };
    }
  }
}

async function weightSources(layer: string, weight: LinearWeight): Promise<TensorSource[]> {
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

async function codedSources(layer: string, weight: CodedWeight): Promise<TensorSource[]> {
  const { bits, codesOI, scale, zero, offset } = weight;
  const [outputs, inputs] = codesOI.shape;
  const packed = packBytes(await codesOI.data(), { bits, inputs });
  const sources: TensorSource[] = [{
    name: `${layer}.codes`,
    dtype: "U8",
    shape: [outputs, packed.length / outputs],
    data: packed,
  }, await floatSource(`${layer}.scale`, scale)];
  if (zero) {
    // A zero-point lies on the grid.
    const data = new Uint8Array(Int8Array.from(await zero.data()).buffer);
    sources.push({ name: `${layer}.zero`, dtype: "I8", shape: zero.shape, data });
  }
  if (offset) sources.push(await floatSource(`${layer}.offset`, offset));
  return sources;
}

async function nf4Sources(layer: string, { stored }: Nf4Weight): Promise<TensorSource[]> {
  const bytes = async (name: string, tensor: tf.Tensor): Promise<TensorSource> => ({
    name: `${layer}.${name}`,
    dtype: "U8",
    shape: tensor.shape,
    data: Uint8Array.from(await tensor.data()),
  });
  return [
    await bytes("packed", stored.packed),
    await bytes("absmaxCodes", stored.absmaxCodes),
    await floatSource(`${layer}.absmax2`, stored.absmax2),
    await floatSource(`${layer}.offset`, stored.offset),
  ];
}

async function floatSource(name: string, tensor: tf.Tensor): Promise<TensorSource> {
  const widened = cast(tensor, "float32");
  try {
    const values = Float32Array.from(await widened.data());
    const dtype = (["F16", "BF16"] as const).find((type) => holds(values, type)) ?? "F32";
    return { name, dtype, shape: tensor.shape, data: encodeFloats(values, dtype) };
  } finally {
    widened.dispose();
  }
}

function holds(values: Float32Array<ArrayBuffer>, dtype: FloatDtype): boolean {
  const back = decodeFloats(encodeFloats(values, dtype), dtype);
  return values.every((value, i) => Object.is(value, back[i]));
}
