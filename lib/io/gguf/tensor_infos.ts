import { quoted } from "../errors.ts";
import type { GgufCursor } from "./cursor.ts";
import { blockLayout, type GgufTensorType, tensorTypeOf } from "./tensor_types.ts";

/** One tensor of a GGUF file. */
export interface GgufTensor {
  /** The name, unique in its file. */
  readonly name: string;
  /** How its elements are stored. */
  readonly type: GgufTensorType;
  /** The sizes, row-major: the reverse of the file's own order. `[]` for one number. */
  readonly shape: readonly number[];
  /** The number of elements, `product(shape)`. */
  readonly elements: number;
  /** The first byte of the tensor in the file. */
  readonly begin: number;
  /** The byte after the last. */
  readonly end: number;
}

/** The format's own library reads 4 sizes. */
const MAX_SIZES = 4;

/** The format allows 64 bytes, and some programs write a little more. */
const MAX_NAME_BYTES = 256;

/** Options for {@linkcode readTensorInfos}. */
export interface TensorInfosOptions {
  /** The number of tensors. */
  count: number;
  /** What divides every tensor's first byte. */
  alignment: number;
}

interface TensorInfo extends Omit<GgufTensor, "begin" | "end"> {
  at: number;
  bytes: number;
  offset: number;
}

/**
 * Reads the descriptions of the tensors, behind which their data begin.
 *
 * @throws {FileFormatError} If a name is there twice, a type is unknown, a shape does not fill whole
 * blocks, or a tensor lies outside of the file or over another.
 */
export function readTensorInfos(
  cursor: GgufCursor,
  { count, alignment }: TensorInfosOptions,
): GgufTensor[] {
  const infos = new Map<string, TensorInfo>();
  for (let i = 0; i < count; i++) {
    cursor.where = `tensor ${i}`;
    const info = readTensorInfo(cursor);
    if (infos.has(info.name)) {
      throw cursor.problem(info.at, "names that differ", `${quoted(info.name)} twice`);
    }
    infos.set(info.name, info);
  }
  const dataBegin = Math.ceil(cursor.offset / alignment) * alignment;
  const size = cursor.offset + cursor.bytesLeft;
  const tensors = [...infos.values()].map(({ at, bytes, offset, ...tensor }) => {
    cursor.where = `tensor ${quoted(tensor.name)}`;
    if (offset % alignment !== 0) {
      throw cursor.problem(at, `an offset that ${alignment} divides`, `${offset}`);
    }
    const begin = dataBegin + offset;
    if (begin + bytes > size) {
      throw cursor.problem(at, `its end within the file, ${size}`, `${begin + bytes}`);
    }
    return { ...tensor, begin, end: begin + bytes };
  });
  checkOverlaps(tensors, cursor);
  return tensors;
}

function readTensorInfo(cursor: GgufCursor): TensorInfo {
  const at = cursor.offset;
  const name = cursor.string(MAX_NAME_BYTES);
  cursor.where = `tensor ${quoted(name)}`;
  const sizes = cursor.uint32();
  if (sizes > MAX_SIZES) throw cursor.problem(at, `at most ${MAX_SIZES} sizes`, `${sizes}`);
  const shape: number[] = [];
  for (let i = 0; i < sizes; i++) shape.push(cursor.count("size", Number.MAX_SAFE_INTEGER));
  const id = cursor.uint32();
  const type = tensorTypeOf(id);
  if (type === undefined) throw cursor.problem(cursor.offset - 4, "a known tensor type", `${id}`);
  const offset = cursor.count("offset", Number.MAX_SAFE_INTEGER);
  const elements = shape.reduce((product, size) => {
    // A zero further on does not excuse an overflow: it is no shape that a program writes.
    if (product * size <= Number.MAX_SAFE_INTEGER) return product * size;
    throw cursor.problem(at, "at most 2^53 - 1 elements", `shape [${shape}]`);
  }, 1);
  const block = blockLayout(type);
  // The file's first size is the length of a row, which is stored in whole blocks.
  if ((shape[0] ?? 1) % block.elements !== 0) {
    throw cursor.problem(
      at,
      `rows of whole blocks of ${block.elements}`,
      `rows of ${shape[0] ?? 1}`,
    );
  }
  const bytes = elements / block.elements * block.bytes;
  return { name, type, shape: shape.reverse(), elements, at, bytes, offset };
}

function checkOverlaps(tensors: readonly GgufTensor[], cursor: GgufCursor): void {
  const sorted = tensors.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  sorted.forEach(({ name, begin }, i) => {
    const before = sorted[i - 1];
    if (before === undefined || begin >= before.end) return;
    cursor.where = `tensor ${quoted(name)}`;
    const expected = `its first byte at ${before.end} or later, behind ${quoted(before.name)}`;
    throw cursor.problem(begin, expected, `an overlap: its first byte at ${begin}`);
  });
}
