import { FileFormatError, quoted } from "../errors.ts";
import type { GgufFile } from "../gguf.ts";
import { huggingFaceName, rotaryProjection } from "./names.ts";
import { toRotateHalfOrder } from "./rotary_order.ts";
import type { GgufTensor } from "./tensor_infos.ts";

/** One parameter of a LLaMA model in a GGUF file. */
export interface GgufLlamaWeight {
  /** Hugging Face's parameter name. */
  readonly name: string;
  /** The tensor in the file. */
  readonly tensor: GgufTensor;
  /** Reads and dequantizes it, row-major, with query and key rows in rotate-half order. */
  read(): Promise<Float32Array<ArrayBuffer>>;
}

/** The numbers of heads, as `config.json` names them. */
export interface HeadCounts {
  num_attention_heads: number;
  num_key_value_heads: number;
}

/** Tensors that hold no parameter: the rotary frequencies' divisors go into the configuration. */
const NOT_PARAMETERS: ReadonlySet<string> = new Set(["rope_freqs.weight"]);

/**
 * Lists the parameters of a LLaMA model under Hugging Face's names; nothing is read yet.
 *
 * @throws {FileFormatError} If a tensor has no place in a LLaMA model, or the rows of a query or key
 * projection do not split into the heads.
 */
export function ggufLlamaWeights(
  file: GgufFile,
  heads: HeadCounts,
): ReadonlyMap<string, GgufLlamaWeight> {
  const weights = new Map<string, GgufLlamaWeight>();
  for (const tensor of file.tensors.values()) {
    if (NOT_PARAMETERS.has(tensor.name)) continue;
    const name = huggingFaceName(tensor.name);
    if (name === undefined) throw problem(file, tensor, "a tensor of a LLaMA model", "another");
    const rotary = rotaryHeads(file, tensor, heads);
    weights.set(name, { name, tensor, read: () => readWeight(file, tensor, rotary) });
  }
  return weights;
}

function rotaryHeads(file: GgufFile, tensor: GgufTensor, heads: HeadCounts): number | undefined {
  const projection = rotaryProjection(tensor.name);
  if (projection === undefined) return undefined;
  const count = projection === "query" ? heads.num_attention_heads : heads.num_key_value_heads;
  const rows = tensor.shape[0] ?? 0;
  if (rows > 0 && rows % (2 * count) === 0) return count;
  throw problem(file, tensor, `rows that ${2 * count} divides (${count} heads)`, `${rows}`);
}

async function readWeight(
  file: GgufFile,
  tensor: GgufTensor,
  heads: number | undefined,
): Promise<Float32Array<ArrayBuffer>> {
  const values = await file.readFloats(tensor.name);
  if (heads === undefined) return values;
  return toRotateHalfOrder(values, { heads, rows: tensor.shape[0] ?? 0 });
}

function problem(
  file: GgufFile,
  tensor: GgufTensor,
  expected: string,
  found: string,
): FileFormatError {
  const where = `tensor ${quoted(tensor.name)}`;
  return new FileFormatError(file.path, { where, offset: tensor.begin, expected, found });
}
