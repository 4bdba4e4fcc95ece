import { openSafetensors } from "../io/safetensors.ts";
import { readQuantizedHeader } from "./quantized_header.ts";

/**
 * Where the model is from that `saveQuantizedModel` wrote a quantized form of, if the file tells: its
 * tokenizer is there.
 *
 * @throws {FileFormatError} If the file is not such a model.
 * @throws One of `Deno.errors` if the file cannot be read.
 */
export async function quantizedSource(path: string): Promise<string | undefined> {
  await using file = await openSafetensors(path);
  return readQuantizedHeader(file).source;
}
