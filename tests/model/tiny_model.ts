// The models that fixtures/make_tiny_llama.py made, with what transformers computed of them.
import { join } from "node:path";
import { engine, tf } from "../../mod.ts";
import { openSafetensors } from "../../lib/io/safetensors.ts";
import { readFloats } from "../../lib/io/safetensors_floats.ts";
import { type LlamaModel, loadModel } from "../../lib/model/load_model.ts";

/** The folders of the models. */
export const TINY_MODELS = [
  "grouped-untied",
  "tied-biases",
  "llama3-scaling",
  "linear-scaling",
  "sliding-window",
] as const;

/** The folder of a model. */
export function tinyFolder(name: typeof TINY_MODELS[number]): string {
  return new URL(`./fixtures/${name}`, import.meta.url).pathname;
}

/** Starts the engine and loads a model. */
export async function loadTiny(name: typeof TINY_MODELS[number]): Promise<LlamaModel> {
  await engine.start({ backend: "tensorflow" });
  return await loadModel(tinyFolder(name));
}

/** What transformers computed; see the script. */
export interface Expected {
  /** Tokens, `[2, 20]`. */
  readonly ids: Int32Array;
  /** Their logits, `[2, 20, V]`. */
  readonly logits: Float32Array;
  readonly prompt: Int32Array;
  /** The likeliest continuation of the prompt. */
  readonly greedy: Int32Array;
  /** The mean next-token loss, of the first model. */
  readonly loss: number | undefined;
  /** Its gradients by parameter, of the first model. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** Reads what transformers computed of a model. */
export async function readExpected(name: typeof TINY_MODELS[number]): Promise<Expected> {
  await using file = await openSafetensors(join(tinyFolder(name), "expected.safetensors"));
  const integers = async (tensor: string) => new Int32Array((await file.read(tensor)).buffer);
  const gradients = new Map<string, Float32Array>();
  for (const tensor of file.tensors.keys()) {
    if (!tensor.startsWith("grad.")) continue;
    gradients.set(tensor.slice("grad.".length), await readFloats(file, tensor));
  }
  return {
    ids: await integers("ids"),
    logits: await readFloats(file, "logits"),
    prompt: await integers("prompt"),
    greedy: await integers("greedy"),
    loss: file.tensors.has("loss") ? (await readFloats(file, "loss"))[0] : undefined,
    gradients,
  };
}

/** The largest difference of two rows of numbers; infinite where their lengths differ. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

/** The values of a tensor, which is disposed. */
export function valuesOf(tensor: tf.Tensor): Float32Array {
  const values = tensor.dataSync<"float32">();
  tensor.dispose();
  return values;
}
