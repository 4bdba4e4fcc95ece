import { loadTokenizer } from "../data/load_tokenizer.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { locateModel, type LocateModelOptions } from "./locate_model.ts";
import { openModelGguf } from "./weight_source.ts";

const TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];

/**
 * Loads the tokenizer of a model without its weights, found as `loadModel` finds it; from the hub only
 * its own files come.
 *
 * @throws {RangeError} If the source is unknown.
 * @throws {FileFormatError} If a file breaks a rule.
 * @throws {Deno.errors.NotFound} If a file is missing.
 */
export async function loadModelTokenizer(
  source: string,
  options: LocateModelOptions = {},
): Promise<Tokenizer> {
  const select = (path: string) => TOKENIZER_FILES.includes(path);
  const { kind, path } = await locateModel(source, { ...options, hub: { ...options.hub, select } });
  if (kind === "folder") return await loadTokenizer(path);
  await using weights = await openModelGguf(path);
  return await weights.tokenizer();
}
