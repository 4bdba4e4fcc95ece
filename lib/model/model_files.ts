import { join } from "node:path";
import { parseSafetensorsIndex } from "../io/safetensors_index.ts";
import type { ModelLocation } from "./locate_model.ts";

const WEIGHTS = "model.safetensors";
const INDEX = "model.safetensors.index.json";

/** What is read of a folder besides its weights, where it is there. */
const BESIDE: ReadonlySet<string> = new Set([
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "chat_template.jinja",
]);

/**
 * The paths of the files that loading a model reads: configuration, tokenizer and weights.
 *
 * @throws {FileFormatError} If the index of the weights breaks a rule.
 * @throws One of `Deno.errors` if the folder cannot be read.
 */
export async function modelFiles({ kind, path }: ModelLocation): Promise<string[]> {
  if (kind === "gguf") return [path];
  const there = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
  const names = there.filter((name) => BESIDE.has(name)).sort();
  if (there.includes(WEIGHTS)) names.push(WEIGHTS);
  else if (there.includes(INDEX)) names.push(INDEX, ...await shardNames(join(path, INDEX)));
  return names.map((name) => join(path, name));
}

async function shardNames(index: string): Promise<string[]> {
  const { shards } = parseSafetensorsIndex(await Deno.readFile(index), index);
  return [...new Set(shards.values())].sort();
}
