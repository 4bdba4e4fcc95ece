import { join } from "node:path";
import { tokenizerFromGguf } from "../data/gguf_tokenizer.ts";
import { loadTokenizer } from "../data/load_tokenizer.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { FileFormatError } from "../io/errors.ts";
import { fileSize } from "../io/file_size.ts";
import { openGguf } from "../io/gguf.ts";
import { ggufLlamaConfig } from "../io/gguf/config.ts";
import { ggufLlamaWeights } from "../io/gguf/llama_weights.ts";
import { openSafetensorsFolder } from "../io/safetensors_folder.ts";
import { readFloats } from "../io/safetensors_floats.ts";
import { decodeUtf8 } from "../io/utf8.ts";
import { type LlamaConfig, parseLlamaConfig } from "./config.ts";

/** Weights in files, read one by one under Hugging Face's names, with what belongs to them. */
export interface WeightSource extends AsyncDisposable {
  /** The path, for messages. */
  readonly path: string;
  readonly config: LlamaConfig;
  /** The shapes of the tensors that are there. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Reads one tensor as float32, row-major. */
  read(name: string): Promise<Float32Array>;
  /** Reads the tokenizer. */
  tokenizer(): Promise<Tokenizer>;
}

/** The largest published `config.json` has some kilobytes. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/**
 * Opens a folder with `config.json`, `tokenizer.json` and safetensors.
 *
 * @throws {FileFormatError} If the configuration or a header breaks a rule.
 * @throws {Deno.errors.NotFound} If a file is missing.
 */
export async function openModelFolder(folder: string): Promise<WeightSource> {
  const path = join(folder, "config.json");
  const config = parseLlamaConfig(await readConfigText(folder, path), path);
  const file = await openSafetensorsFolder(folder);
  return {
    path: file.path,
    config,
    shapes: new Map([...file.tensors].map(([name, { shape }]) => [name, shape])),
    read: (name) => readFloats(file, name),
    tokenizer: () => loadTokenizer(folder),
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

/**
 * Opens a GGUF file of a LLaMA-family model; configuration and tokenizer are inside.
 *
 * @throws {FileFormatError} If the file breaks a rule or holds another kind of model.
 */
export async function openModelGguf(path: string): Promise<WeightSource> {
  await using opened = new AsyncDisposableStack();
  const file = opened.use(await openGguf(path));
  const fields = await ggufLlamaConfig(file);
  const config = parseLlamaConfig(JSON.stringify(fields), `${path}, as config.json`);
  const weights = ggufLlamaWeights(file, fields);
  const keep = opened.move();
  return {
    path,
    config,
    shapes: new Map([...weights].map(([name, { tensor }]) => [name, tensor.shape])),
    read: (name) => weights.get(name)?.read() ?? Promise.reject(new RangeError(`No '${name}'`)),
    tokenizer: () => Promise.resolve(tokenizerFromGguf(file.metadata, { path })),
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  };
}

async function readConfigText(folder: string, path: string): Promise<string> {
  const size = await fileSize(path);
  if (size === undefined) {
    throw new Deno.errors.NotFound(
      `Cannot load a model: ${JSON.stringify(folder)} has no "config.json"`,
    );
  }
  if (size > MAX_CONFIG_BYTES) {
    throw new FileFormatError(path, {
      where: "the file",
      expected: `at most ${MAX_CONFIG_BYTES} bytes`,
      found: `${size}`,
    });
  }
  return decodeUtf8(await Deno.readFile(path), { path, where: "the text", offset: 0 });
}
