import type { Tokenizer } from "../data/tokenizer.ts";
import { tf } from "../engine/tf.ts";
import { FileFormatError } from "../io/errors.ts";
import { openSafetensors } from "../io/safetensors.ts";
import { parameterShapes } from "../model/parameter_shapes.ts";
import { signedGrid } from "../quant/grid.ts";
import { unpackBytes } from "../quant/packing/host.ts";
import { packedLength } from "../quant/packing/layout.ts";
import type { CodedWeight, LinearWeight, Nf4Weight, SideAdapter } from "./linear_weight.ts";
import type { LayerEntry } from "./quantized_file.ts";
import { readQuantizedHeader } from "./quantized_header.ts";
import { QuantizedModel } from "./quantized_model.ts";
import { QuantizedTensors } from "./quantized_tensors.ts";

/** Options for {@linkcode loadQuantizedModel}. */
export interface LoadQuantizedOptions<T extends Tokenizer | undefined> {
  /** The tokenizer of the model that was prepared; the file has none. */
  readonly tokenizer?: T;
}

/**
 * Loads a model that `saveQuantizedModel` wrote. The file is not trusted: header, names, shapes,
 * types, codes and scales are checked before they are used.
 *
 * @throws {FileFormatError} If the file is not such a model, or breaks a rule of it.
 * @throws One of `Deno.errors` if the file cannot be read.
 */
export async function loadQuantizedModel<T extends Tokenizer | undefined = undefined>(
  path: string,
  { tokenizer }: LoadQuantizedOptions<T> = {},
): Promise<QuantizedModel<T>> {
  await using file = await openSafetensors(path);
  const header = readQuantizedHeader(file);
  const made: tf.Tensor[] = [];
  try {
    const reader = new QuantizedTensors(file, made);
    const weights = new Map<string, LinearWeight>();
    for (const [layer, entry] of header.layers) {
      weights.set(layer, await readWeight(reader, layer, entry));
    }
    const parameters = new Map<string, tf.Tensor>();
    for (const [name, shape] of parameterShapes(header.config)) {
      const layer = name.replace(/\.weight$/, "");
      if (header.layers.has(layer)) continue;
      parameters.set(name, await reader.floats(name, shape));
    }
    reader.refuseUnread();
    const parts = { ...header, parameters, weights, tokenizer: tokenizer as T };
    return new QuantizedModel(parts, { ownsParameters: true });
  } catch (error) {
    tf.dispose(made);
    throw error;
  }
}

async function readWeight(
  reader: QuantizedTensors,
  layer: string,
  entry: LayerEntry,
): Promise<LinearWeight> {
  const { kind, base, shape } = entry;
  if (kind === "float") {
    return { kind, wOI: await reader.floats(`${layer}.weight`, shape) as tf.Tensor2D };
  }
  if (kind === "codes") return await readCodes(reader, layer, entry);
  return {
    kind,
    base: base === "nf4"
      ? await readNf4(reader, layer, shape)
      : await readCodes(reader, layer, entry),
    adapter: await readAdapter(reader, layer, shape),
  };
}

async function readCodes(
  reader: QuantizedTensors,
  layer: string,
  { shape, bits = 4 }: LayerEntry,
): Promise<CodedWeight> {
  const [outputs, inputs] = shape;
  const bytes = await reader.bytes(`${layer}.codes`, [outputs, packedLength(inputs, bits)], "U8");
  const codes = unpackBytes(bytes, { bits, inputs, signed: true });
  const { qn, qp } = signedGrid(bits);
  const outside = codes.find((code) => code < qn || code > qp);
  if (outside !== undefined) {
    throw new FileFormatError(reader.path, {
      where: `${layer}.codes`,
      expected: `codes from ${qn} to ${qp}`,
      found: `${outside}`,
    });
  }
  const scaleShape = reader.groupShape(`${layer}.scale`, shape);
  const scale = await reader.floats(`${layer}.scale`, scaleShape, (value) => value > 0);
  const zero = reader.has(`${layer}.zero`)
    ? await reader.zeros(`${layer}.zero`, scaleShape, { qn, qp })
    : undefined;
  const offset = reader.has(`${layer}.offset`)
    ? await reader.floats(`${layer}.offset`, scaleShape)
    : undefined;
  return {
    kind: "codes",
    bits,
    codesOI: reader.integers(codes, shape, "int8") as tf.Tensor2D,
    scale,
    ...(zero && { zero }),
    ...(offset && { offset }),
  };
}

const NF4_BLOCK = 64;
const NF4_BLOCK2 = 256;

async function readNf4(
  reader: QuantizedTensors,
  layer: string,
  shape: readonly [number, number],
): Promise<Nf4Weight> {
  const count = shape[0] * shape[1];
  const blocks = Math.ceil(count / NF4_BLOCK);
  const bytes = async (name: string, length: number) => {
    const read = await reader.bytes(`${layer}.${name}`, [length], "U8");
    return reader.integers(read, [length], "uint8");
  };
  return {
    kind: "nf4",
    shape,
    stored: {
      packed: await bytes("packed", Math.ceil(count / 2)),
      absmaxCodes: await bytes("absmaxCodes", blocks),
      absmax2: await reader.floats(`${layer}.absmax2`, [
        Math.ceil(blocks / NF4_BLOCK2),
      ]) as tf.Tensor1D,
      offset: await reader.floats(`${layer}.offset`, []) as tf.Scalar,
    },
  };
}

async function readAdapter(
  reader: QuantizedTensors,
  layer: string,
  [outputs, inputs]: readonly [number, number],
): Promise<SideAdapter> {
  const [rank = 0] = reader.shapeOf(`${layer}.A`);
  if (rank < 1 || rank > Math.min(outputs, inputs)) {
    const expected = `a rank from 1 to ${Math.min(outputs, inputs)}`;
    throw new FileFormatError(reader.path, { where: `${layer}.A`, expected, found: `${rank}` });
  }
  return {
    aRI: await reader.floats(`${layer}.A`, [rank, inputs]) as tf.Tensor2D,
    bOR: await reader.floats(`${layer}.B`, [outputs, rank]) as tf.Tensor2D,
    multiplier: await reader.floats(`${layer}.multiplier`, []) as tf.Scalar,
  };
}
