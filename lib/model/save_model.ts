import { join } from "node:path";
import type { tf } from "../engine/tf.ts";
import { writeFileAtomic } from "../io/atomic.ts";
import { encodeFloats } from "../io/float_bytes.ts";
import { makeFolder } from "../io/make_folder.ts";
import { writeSafetensors } from "../io/safetensors_write.ts";
import type { LlamaConfig } from "./config.ts";
import { llamaConfigJson } from "./config_json.ts";
import type { Parameters } from "./parameters.ts";

/** Options for {@linkcode saveModel}. */
export interface SaveModelOptions {
  /** The type of the numbers in the file. Default: `F32`, which loses nothing. */
  readonly dtype?: "F32" | "F16" | "BF16";
}

/**
 * Saves configuration and weights in Hugging Face's layout, `config.json` and `model.safetensors`, one
 * tensor at a time in memory. The tokenizer's files are the caller's.
 *
 * @param folder The folder; it is made if it is not there.
 * @throws {RangeError} If a weight is beyond the range of the type; the message names it.
 * @throws One of `Deno.errors` if the disk refuses.
 */
export async function saveModel(
  folder: string,
  model: { readonly config: LlamaConfig; readonly parameters: Parameters },
  { dtype = "F32" }: SaveModelOptions = {},
): Promise<void> {
  const text = llamaConfigJson(model.config);
  await makeFolder(folder);
  const tensors = [...model.parameters].map(([name, tensor]) => ({
    name,
    dtype,
    shape: tensor.shape,
    data: () => encoded(name, tensor, dtype),
  }));
  await writeSafetensors(join(folder, "model.safetensors"), tensors, {
    metadata: new Map([["format", "pt"]]),
  });
  await writeFileAtomic(join(folder, "config.json"), text);
}

/** The largest finite number of each type. */
const LIMITS = { F32: Infinity, F16: 65_504, BF16: 3.3895313892515355e38 };

async function encoded(
  name: string,
  tensor: tf.Tensor,
  dtype: keyof typeof LIMITS,
): Promise<Uint8Array> {
  const values = Float32Array.from(await tensor.data() as Float32Array);
  const wrong = values.find((value) => !(Math.abs(value) <= LIMITS[dtype]));
  if (wrong === undefined || dtype === "F32") return encodeFloats(values, dtype);
  throw new RangeError(
    `Cannot save '${name}' as ${dtype}: it holds ${wrong}, beyond the type's range; save as F32`,
  );
}
