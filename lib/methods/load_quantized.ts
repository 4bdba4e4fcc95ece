import { JsonField } from "../data/json_field.ts";
import { cast } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { FileFormatError, quoted } from "../io/errors.ts";
import { openSafetensors, type SafetensorsFile } from "../io/safetensors.ts";
import { readFloats } from "../io/safetensors_floats.ts";
import { parseLlamaConfig } from "../model/config.ts";
import type { LlamaConfig } from "../model/config.ts";
import { parameterShapes } from "../model/parameter_shapes.ts";
import { signedGrid } from "../quant/grid.ts";
import { unpackBytes } from "../quant/packing/host.ts";
import { packedLength } from "../quant/packing/layout.ts";
import type { CodedWeight, LinearWeight, Nf4Weight, SideAdapter } from "./linear_weight.ts";
import { quantizedLayers } from "./prepare.ts";
import { type LayerEntry, QUANTIZED_FORMAT, QUANTIZED_VERSION } from "./quantized_file.ts";
import { QuantizedModel } from "./quantized_model.ts";
import { methodNamed } from "./registry.ts";
import { type MethodOptions, resolveSettings } from "./settings.ts";

/**
 * Loads a model that `saveQuantizedModel` wrote. The file is not trusted: header, names, shapes,
 * types, codes and scales are checked before they are used.
 *
 * @throws {FileFormatError} If the file is not such a model, or breaks a rule of it.
 * @throws One of `Deno.errors` if the file cannot be read.
 */
export async function loadQuantizedModel(path: string): Promise<QuantizedModel> {
  await using file = await openSafetensors(path);
  const header = readHeader(file);
  const made: tf.Tensor[] = [];
  try {
    const reader = new TensorReader(file, made);
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
    return new QuantizedModel({ ...header, parameters, weights }, { ownsParameters: true });
  } catch (error) {
    tf.dispose(made);
    throw error;
  }
}

interface Header {
  readonly method: string;
  readonly settings: ReturnType<typeof resolveSettings>;
  readonly config: LlamaConfig;
  readonly layers: ReadonlyMap<string, LayerEntry>;
}

function readHeader({ path, metadata }: SafetensorsFile): Header {
  const text = (key: string) => {
    const value = metadata.get(key);
    if (value !== undefined) return value;
    throw wrong(path, `metadata ${quoted(key)}`, "a text", "nothing");
  };
  const format = text("format");
  if (format !== QUANTIZED_FORMAT) throw wrong(path, "format", QUANTIZED_FORMAT, quoted(format));
  const version = text("version");
  if (version !== `${QUANTIZED_VERSION}`) {
    throw wrong(path, "version", `${QUANTIZED_VERSION}`, quoted(version));
  }
  const method = text("method");
  const config = parseLlamaConfig(text("config"), path);
  try {
    const settings = resolveSettings(
      methodNamed(method),
      JSON.parse(text("settings")) as MethodOptions,
    );
    return { method, settings, config, layers: readLayers(text("layers"), { path, config }) };
  } catch (error) {
    if (error instanceof FileFormatError) throw error;
    const found = error instanceof Error ? error.message : String(error);
    throw new FileFormatError(
      path,
      { where: "method and settings", expected: "those of a known method", found },
      { cause: error },
    );
  }
}

function readLayers(
  text: string,
  { path, config }: { readonly path: string; readonly config: LlamaConfig },
): Map<string, LayerEntry> {
  const root = JsonField.parse(text, path);
  const shapes = parameterShapes(config);
  return new Map(
    quantizedLayers(config).map((layer) => {
      const field = root.get(layer);
      const shape = shapes.get(`${layer}.weight`) as readonly [number, number];
      const kind = field.get("kind").string();
      if (kind !== "float" && kind !== "codes" && kind !== "adapted") {
        throw wrong(path, `kind of ${layer}`, "float, codes or adapted", quoted(kind));
      }
      const base = kind === "adapted" ? field.get("base").string() : undefined;
      if (base !== undefined && base !== "codes" && base !== "nf4") {
        throw wrong(path, `base of ${layer}`, "codes or nf4", quoted(base));
      }
      if (kind === "float" || base === "nf4") {
        return [layer, { kind, shape, ...(base && { base }) } as LayerEntry];
      }
      const bits = field.get("bits").index();
      if (!Number.isInteger(bits) || bits < 2 || bits > 8) {
        throw wrong(path, `bits of ${layer}`, "an integer from 2 to 8", `${bits}`);
      }
      return [layer, { kind, shape, bits, ...(base && { base }) } as LayerEntry];
    }),
  );
}

async function readWeight(
  reader: TensorReader,
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
  reader: TensorReader,
  layer: string,
  { shape, bits = 4 }: LayerEntry,
): Promise<CodedWeight> {
  const [outputs, inputs] = shape;
  const bytes = await reader.bytes(`${layer}.codes`, [outputs, packedLength(inputs, bits)], "U8");
  const codes = unpackBytes(bytes, { bits, inputs, signed: true });
  const { qn, qp } = signedGrid(bits);
  const outside = codes.find((code) => code < qn || code > qp);
  if (outside !== undefined) {
    throw wrong(reader.path, `${layer}.codes`, `codes from ${qn} to ${qp}`, `${outside}`);
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
  reader: TensorReader,
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
  reader: TensorReader,
  layer: string,
  [outputs, inputs]: readonly [number, number],
): Promise<SideAdapter> {
  const [rank = 0] = reader.shapeOf(`${layer}.A`);
  if (rank < 1 || rank > Math.min(outputs, inputs)) {
    const expected = `a rank from 1 to ${Math.min(outputs, inputs)}`;
    throw wrong(reader.path, `${layer}.A`, expected, `${rank}`);
  }
  return {
    aRI: await reader.floats(`${layer}.A`, [rank, inputs]) as tf.Tensor2D,
    bOR: await reader.floats(`${layer}.B`, [outputs, rank]) as tf.Tensor2D,
    multiplier: await reader.floats(`${layer}.multiplier`, []) as tf.Scalar,
  };
}

/** Reads tensors that must have the shapes and values that the header promises. */
class TensorReader {
  readonly #file: SafetensorsFile;
  readonly #made: tf.Tensor[];
  readonly #unread: Set<string>;

  constructor(file: SafetensorsFile, made: tf.Tensor[]) {
    this.#file = file;
    this.#made = made;
    this.#unread = new Set(file.tensors.keys());
  }

  get path(): string {
    return this.#file.path;
  }

  has(name: string): boolean {
    return this.#file.tensors.has(name);
  }

  shapeOf(name: string): readonly number[] {
    const entry = this.#file.tensors.get(name);
    if (entry) return entry.shape;
    throw wrong(this.path, `tensor ${quoted(name)}`, "a tensor", "nothing");
  }

  /** The shape of a layer's scales: `[1]`, or `[O, G]` where the groups divide the inputs. */
  groupShape(name: string, [outputs, inputs]: readonly [number, number]): readonly number[] {
    const shape = this.shapeOf(name);
    const [rows = 0, groups = 0] = shape;
    const isTensor = shape.length === 1 && rows === 1;
    const isGroups = shape.length === 2 && rows === outputs && groups > 0 && inputs % groups === 0;
    if (isTensor || isGroups) return shape;
    const expected = `[1] or [${outputs}, groups] where the groups divide ${inputs}`;
    throw wrong(this.path, `tensor ${quoted(name)}`, expected, `[${shape}]`);
  }

  async bytes(
    name: string,
    shape: readonly number[],
    dtype: string,
  ): Promise<Uint8Array<ArrayBuffer>> {
    this.#requireShape(name, shape);
    const found = this.#file.tensors.get(name)?.dtype;
    if (found !== dtype) throw wrong(this.path, `tensor ${quoted(name)}`, dtype, `${found}`);
    return await this.#file.read(name);
  }

  async floats(
    name: string,
    shape: readonly number[],
    isRight: (value: number) => boolean = () => true,
  ): Promise<tf.Tensor> {
    this.#requireShape(name, shape);
    const dtype = this.#file.tensors.get(name)?.dtype ?? "";
    if (!["F32", "F16", "BF16"].includes(dtype)) {
      throw wrong(this.path, `tensor ${quoted(name)}`, "F32, F16 or BF16", dtype);
    }
    const values = await readFloats(this.#file, name);
    const bad = values.find((value) => !Number.isFinite(value) || !isRight(value));
    if (bad !== undefined) {
      throw wrong(this.path, `tensor ${quoted(name)}`, "finite values in range", `${bad}`);
    }
    return this.#keep(tf.tensor(values, [...shape]));
  }

  /** Zero-points: one for all, or one a group. */
  async zeros(
    name: string,
    scaleShape: readonly number[],
    { qn, qp }: { readonly qn: number; readonly qp: number },
  ): Promise<tf.Tensor> {
    const shape = this.shapeOf(name).length === 1 ? [1] : scaleShape;
    const values = new Int8Array((await this.bytes(name, shape, "I8")).buffer);
    const outside = values.find((value) => value < qn || value > qp);
    if (outside !== undefined) {
      throw wrong(this.path, `tensor ${quoted(name)}`, `${qn} to ${qp}`, `${outside}`);
    }
    return this.#keep(tf.tensor(Float32Array.from(values), [...shape]));
  }

  integers(
    values: ArrayLike<number>,
    shape: readonly number[],
    dtype: "int8" | "uint8",
  ): tf.Tensor {
    const wide = tf.tensor(Int32Array.from(values), [...shape], "int32");
    const narrow = cast(wide, dtype);
    wide.dispose();
    return this.#keep(narrow);
  }

  /** @throws {FileFormatError} If the file has tensors that nothing asked for. */
  refuseUnread(): void {
    const [name] = this.#unread;
    if (name !== undefined) {
      throw wrong(this.path, "the tensors", "those of the header's layers", `also ${quoted(name)}`);
    }
  }

  #requireShape(name: string, shape: readonly number[]): void {
    const found = this.shapeOf(name);
    this.#unread.delete(name);
    if (`${found}` === `${shape}` && found.length === shape.length) return;
    throw wrong(this.path, `tensor ${quoted(name)}`, `shape [${shape}]`, `[${found}]`);
  }

  #keep(tensor: tf.Tensor): tf.Tensor {
    this.#made.push(tensor);
    return tensor;
  }
}

function wrong(path: string, where: string, expected: string, found: string): FileFormatError {
  return new FileFormatError(path, { where, expected, found });
}
