/**
 * Merged models as files: one safetensors file whose header says how to read it.
 *
 * `__metadata__` has `format` and `version`, the method, its settings, the model's configuration as
 * Hugging Face's `config.json`, where the model that was prepared is from (`source`), and `layers`: for
 * each linear layer its kind of weight, its shape and its bits. Tensors of a layer: `.codes` (signed codes, packed in rows, low bits first), `.scale`,
 * `.zero` (int8) and `.offset`, where there; `.A`, `.B` and `.multiplier` of an adapter; NF4's
 * four; or `.weight`. Every float tensor is stored in the smallest type that holds it exactly.
 *
 * @module
 */
import { safetensorsByteLength } from "../io/safetensors_dtypes.ts";
import { type TensorSource, writeSafetensors } from "../io/safetensors_write.ts";
import { llamaConfigJson } from "../model/config_json.ts";
import { lastingSource } from "../model/locate_model.ts";
import type { LinearWeight } from "./linear_weight.ts";
import type { QuantizedModel } from "./quantized_model.ts";
import { floatSource, weightSources } from "./quantized_sources.ts";
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
 * Saves a merged model, atomically and with one tensor at a time in memory.
 * {@linkcode loadQuantizedModel} reads it back bit for bit.
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
  return sources.reduce((sum, { dtype, shape }) => sum + safetensorsByteLength(dtype, shape), 0);
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
