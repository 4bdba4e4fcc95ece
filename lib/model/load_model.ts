import type { Tokenizer } from "../data/tokenizer.ts";
import { tf } from "../engine/tf.ts";
import type { ActivationDoor } from "./activation_site.ts";
import { checkShapes } from "./check_shapes.ts";
import type { LlamaConfig } from "./config.ts";
import { type Linear, plainLinear } from "./linear.ts";
import { locateModel, type LocateModelOptions } from "./locate_model.ts";
import type { Parameters } from "./parameters.ts";
import { sendTensor } from "./send_tensor.ts";
import { openModelFolder, openModelGguf, type WeightSource } from "./weight_source.ts";

/** A model with its tokenizer. */
export interface LlamaModel extends Disposable {
  /** What it was loaded from, as it was asked for. */
  readonly source: string;
  readonly config: LlamaConfig;
  /** The tensors by Hugging Face's names, float32. */
  readonly parameters: Parameters;
  /** The door to its linear layers: those of the checkpoint, or what a method puts in their place. */
  readonly linear: Linear;
  /** Quantizes activations on their way. */
  readonly activation?: ActivationDoor;
  readonly tokenizer: Tokenizer;
  /** Frees the tensors. */
  dispose(): void;
}

/**
 * Loads a LLaMA-family model in float32: a folder in Hugging Face's layout, a `.gguf` file,
 * `owner/name` or `owner/name@revision` on the hub, or a short name.
 *
 * Tensors are read and sent to the backend one by one, so the weights are never held twice.
 * Start the engine before.
 *
 * @throws {RangeError} If the source is none of these.
 * @throws {FileFormatError} If a file breaks a rule, or the tensors are not those of the
 * configuration.
 * @throws {Deno.errors.NotFound} If a file is missing.
 */
export async function loadModel(
  source: string,
  options: LocateModelOptions = {},
): Promise<LlamaModel> {
  const { kind, path } = await locateModel(source, options);
  await using weights = await (kind === "gguf" ? openModelGguf(path) : openModelFolder(path));
  const names = checkShapes(weights.shapes, weights);
  const tokenizer = await weights.tokenizer();
  const parameters = await loadParameters(weights, names, options);
  const dispose = () => tf.dispose([...parameters.values()]);
  return {
    source,
    config: weights.config,
    parameters,
    linear: plainLinear(parameters),
    tokenizer,
    dispose,
    [Symbol.dispose]: dispose,
  };
}

async function loadParameters(
  weights: WeightSource,
  names: readonly string[],
  { onProgress, signal }: LocateModelOptions,
): Promise<Map<string, tf.Tensor>> {
  const parameters = new Map<string, tf.Tensor>();
  try {
    for (const name of names) {
      signal?.throwIfAborted();
      const shape = weights.shapes.get(name) ?? [];
      parameters.set(name, tf.keep(sendTensor(await weights.read(name), shape)));
      onProgress?.({ phase: "load", done: parameters.size, total: names.length, unit: "tensors" });
    }
    return parameters;
  } catch (error) {
    tf.dispose([...parameters.values()]);
    throw error;
  }
}
