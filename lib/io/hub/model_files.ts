const NAMES: ReadonlySet<string> = new Set([
  "config.json",
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "tokenizer.model",
  "chat_template.jinja",
  "model.safetensors",
  "model.safetensors.index.json",
]);

/**
 * True for the files of a repository that loading a model reads: configuration, tokenizer and the
 * weights as safetensors at the top; not the same weights in other formats or precisions.
 */
export function isModelFile(path: string): boolean {
  return NAMES.has(path) || /^model-\d{5}-of-\d{5}\.safetensors$/.test(path);
}
