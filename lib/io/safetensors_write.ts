import { writeAtomic } from "./atomic.ts";
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA_KEY } from "./safetensors_header.ts";
import {
  isSafetensorsDtype,
  SAFETENSORS_DTYPES,
  safetensorsByteLength,
  type SafetensorsDtype,
} from "./safetensors_dtypes.ts";

/** One tensor to write. */
export interface TensorSource {
  /** The name, unique in the file. */
  readonly name: string;
  /** The type of its elements. */
  readonly dtype: SafetensorsDtype;
  /** The sizes, row-major; `[]` for one number. */
  readonly shape: readonly number[];
  /** The raw little-endian elements, or a function that makes them when their turn has come. */
  readonly data: Uint8Array | (() => Uint8Array | Promise<Uint8Array>);
}

/** Options for {@linkcode writeSafetensors}. */
export interface WriteSafetensorsOptions {
  /** Free texts for `__metadata__`; written in the order of their keys. */
  metadata?: ReadonlyMap<string, string>;
}

/**
 * Writes a safetensors file atomically, with one tensor at a time in memory.
 *
 * The same tensors give the same bytes in whatever order they come: sorted by falling size of the
 * element type, then by name, as the format's own library does it, so that every tensor is aligned.
 *
 * @throws {RangeError} If a name is used twice, reserved or half a surrogate pair, a type is unknown, a
 * shape does not fill whole bytes, or the data has another length than type and shape say.
 * @throws One of `Deno.errors` if the disk refuses.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorSource[],
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  const sorted = sortTensors(tensors);
  const header = encodeHeader(sorted, options.metadata ?? new Map());
  await writeAtomic(path, async (sink) => {
    await sink.write(header);
    for (const tensor of sorted) {
      const { data } = tensor;
      const bytes = typeof data === "function" ? await data() : data;
      checkLength(tensor, bytes.length);
      await sink.write(bytes);
    }
  });
}

function sortTensors(tensors: readonly TensorSource[]): TensorSource[] {
  const names = new Set<string>();
  for (const tensor of tensors) {
    checkTensor(tensor);
    if (names.has(tensor.name)) {
      throw new RangeError(`Cannot write two tensors of one name: "${tensor.name}"`);
    }
    names.add(tensor.name);
  }
  return tensors.toSorted((a, b) =>
    SAFETENSORS_DTYPES.indexOf(b.dtype) - SAFETENSORS_DTYPES.indexOf(a.dtype) ||
    compareCodePoints(a.name, b.name)
  );
}

function checkTensor({ name, dtype, shape, data }: TensorSource): void {
  if (name === METADATA_KEY || !name.isWellFormed()) {
    throw new RangeError(
      `A tensor's name must be Unicode text other than "${METADATA_KEY}": current value is ` +
        JSON.stringify(name),
    );
  }
  if (!isSafetensorsDtype(dtype)) {
    throw new RangeError(
      `Tensor "${name}" must have one of the types ${SAFETENSORS_DTYPES.join(", ")}: ` +
        `current value is ${dtype}`,
    );
  }
  if (typeof data === "function") byteLength({ name, dtype, shape });
  else checkLength({ name, dtype, shape }, data.length);
}

type Described = Omit<TensorSource, "data">;

function checkLength(tensor: Described, length: number): void {
  const expected = byteLength(tensor);
  if (length === expected) return;
  const { name, dtype, shape } = tensor;
  throw new RangeError(
    `Data of tensor "${name}" must have ${expected} bytes for ${dtype} [${shape}]: ` +
      `current length is ${length}`,
  );
}

function byteLength({ name, dtype, shape }: Described): number {
  try {
    return safetensorsByteLength(dtype, shape);
  } catch (cause) {
    throw new RangeError(`Cannot write tensor "${name}": ${(cause as Error).message}`, { cause });
  }
}

// The order of UTF-8 bytes, which differs from that of UTF-16 units above the surrogates.
function compareCodePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function encodeHeader(
  tensors: readonly TensorSource[],
  metadata: ReadonlyMap<string, string>,
): Uint8Array {
  // Texts are joined by hand: an object with a key such as "0" or "__proto__" would reorder or lose it.
  const fields = metadataField(metadata);
  let offset = 0;
  for (const { name, dtype, shape } of tensors) {
    const end = offset + byteLength({ name, dtype, shape });
    const entry = JSON.stringify({ dtype, shape, data_offsets: [offset, end] });
    fields.push(`${JSON.stringify(name)}:${entry}`);
    offset = end;
  }
  return framed(new TextEncoder().encode(`{${fields.join(",")}}`));
}

function metadataField(metadata: ReadonlyMap<string, string>): string[] {
  if (metadata.size === 0) return [];
  const texts = [...metadata]
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([key, text]) => `${jsonText(key)}:${jsonText(text)}`);
  return [`${JSON.stringify(METADATA_KEY)}:{${texts.join(",")}}`];
}

function jsonText(text: string): string {
  if (text.isWellFormed()) return JSON.stringify(text);
  throw new RangeError(`Metadata must be Unicode text: current value is ${JSON.stringify(text)}`);
}

// The length, the text, and blanks up to a multiple of 8, which aligns the first tensor.
function framed(text: Uint8Array): Uint8Array {
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw new RangeError(
      `A header must have at most ${MAX_HEADER_BYTES} bytes: current length is ${length}; ` +
        "write several files with fewer tensors each",
    );
  }
  const header = new Uint8Array(LENGTH_BYTES + length).fill(0x20, LENGTH_BYTES);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, LENGTH_BYTES);
  return header;
}
