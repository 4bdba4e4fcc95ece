import { FileFormatError, quoted } from "./errors.ts";
import { JsonReader } from "./json_reader.ts";
import {
  isSafetensorsDtype,
  safetensorsByteLength,
  type SafetensorsDtype,
} from "./safetensors_dtypes.ts";
import { decodeUtf8 } from "./utf8.ts";

/** One tensor of a safetensors file. */
export interface TensorEntry {
  /** The name, unique in its file. */
  readonly name: string;
  /** The type of its elements. */
  readonly dtype: SafetensorsDtype;
  /** The sizes, row-major; `[]` for one number. */
  readonly shape: readonly number[];
  /** The first byte of the tensor in its file. */
  readonly begin: number;
  /** The byte after the last. */
  readonly end: number;
  /** The file that holds it. */
  readonly path: string;
}

/** What the header of a safetensors file says. */
export interface SafetensorsHeader {
  /** The tensors by name, in the order of their bytes. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** The free texts of `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** A file starts with the header's length in bytes: unsigned, 64 bits, little-endian. */
export const LENGTH_BYTES = 8;

/** The key that no tensor can have. */
export const METADATA_KEY = "__metadata__";

/** The limit of the format's own library; the largest headers in use are 10 MB. */
export const MAX_HEADER_BYTES = 100_000_000;

/** The file that a header belongs to. */
export interface HeaderContext {
  /** The path of the file, for messages. */
  path: string;
  /** The size of the whole file, bytes. */
  size: number;
}

/**
 * Reads the header's length from the first 8 bytes.
 *
 * @throws {FileFormatError} If it is above 100 MB or does not fit into the file.
 */
export function parseHeaderLength(bytes: Uint8Array, { path, size }: HeaderContext): number {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const limit = Math.min(MAX_HEADER_BYTES, size - LENGTH_BYTES);
  if (length < 2n || length > limit) {
    throw new FileFormatError(path, {
      where: "header length",
      offset: 0,
      expected: `2 to ${limit} bytes`,
      found: `${length}`,
    });
  }
  return Number(length);
}

/**
 * Reads a header's JSON text and checks it against the file's size: names, types, shapes, and tensors
 * that fill the rest of the file without hole or overlap.
 *
 * @param bytes The header without its 8 bytes of length.
 * @throws {FileFormatError} If anything in it is wrong.
 */
export function parseSafetensorsHeader(
  bytes: Uint8Array,
  context: HeaderContext,
): SafetensorsHeader {
  const text = decodeUtf8(bytes, { path: context.path, where: "header", offset: LENGTH_BYTES });
  const parser = new HeaderParser(text, context.path);
  const dataBegin = LENGTH_BYTES + bytes.length;
  const { entries, metadata } = parser.parse(dataBegin);
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, dataBegin, context);
  return { tensors: new Map(entries.map((entry) => [entry.name, entry])), metadata };
}

function checkCoverage(
  entries: readonly TensorEntry[],
  dataBegin: number,
  { path, size }: HeaderContext,
): void {
  let offset = dataBegin;
  for (const { name, begin, end } of entries) {
    if (begin !== offset) {
      throw new FileFormatError(path, {
        where: `tensor ${quoted(name)}`,
        offset: Math.min(begin, offset),
        expected: `its first byte at ${offset}, where the tensor before it ends`,
        found: `${begin < offset ? "an overlap" : "a hole"}: its first byte at ${begin}`,
      });
    }
    offset = end;
  }
  if (offset !== size) {
    throw new FileFormatError(path, {
      where: "end of the last tensor",
      offset,
      expected: `the file's size, ${size}`,
      found: `${offset}`,
    });
  }
}

class HeaderParser {
  #json: JsonReader;
  #text: string;
  #path: string;
  #where = "header";

  constructor(text: string, path: string) {
    this.#text = text;
    this.#path = path;
    this.#json = new JsonReader(text, (at, expected, found) => this.#problem(at, expected, found));
  }

  parse(dataBegin: number): { entries: TensorEntry[]; metadata: Map<string, string> } {
    const entries: TensorEntry[] = [];
    const metadata = new Map<string, string>();
    // The format allows blanks behind the object, but not before it.
    if (this.#text[0] !== "{") throw this.#problem(0, '"{"', quoted(this.#text.slice(0, 12)));
    this.#json.object((name) => {
      if (name === METADATA_KEY) this.#readMetadata(metadata);
      else entries.push(this.#readEntry(name, dataBegin));
      this.#where = "header";
    });
    this.#json.end();
    return { entries, metadata };
  }

  #readMetadata(metadata: Map<string, string>): void {
    this.#where = METADATA_KEY;
    this.#json.object((key) => metadata.set(key, this.#json.string()));
  }

  #readEntry(name: string, dataBegin: number): TensorEntry {
    this.#where = `tensor ${quoted(name)}`;
    const at = this.#json.position;
    let dtype: SafetensorsDtype | undefined;
    let shape: number[] | undefined;
    let offsets: number[] | undefined;
    this.#json.object((field) => {
      if (field === "dtype") dtype = this.#readDtype();
      else if (field === "shape") shape = this.#readIntegers();
      else if (field === "data_offsets") offsets = this.#readIntegers();
      else throw this.#problem(at, "dtype, shape and data_offsets", `field ${quoted(field)}`);
    });
    if (!dtype || !shape || !offsets) {
      const missing = !dtype ? "dtype" : !shape ? "shape" : "data_offsets";
      throw this.#problem(at, `field "${missing}"`, "none");
    }
    const [begin, end] = this.#checkOffsets(at, offsets, this.#byteLength(at, dtype, shape));
    return { name, dtype, shape, begin: dataBegin + begin, end: dataBegin + end, path: this.#path };
  }

  #readDtype(): SafetensorsDtype {
    const at = this.#json.position;
    const dtype = this.#json.string();
    if (!isSafetensorsDtype(dtype)) throw this.#problem(at, "a known dtype", quoted(dtype));
    return dtype;
  }

  #readIntegers(): number[] {
    const values: number[] = [];
    this.#json.array(() => values.push(this.#json.integer()));
    return values;
  }

  #byteLength(at: number, dtype: SafetensorsDtype, shape: readonly number[]): number {
    try {
      return safetensorsByteLength(dtype, shape);
    } catch (cause) {
      const found = `${dtype} ${quoted(`[${shape.slice(0, 16)}]`)}`;
      throw this.#problem(
        at,
        "a shape of at most 2^53 - 1 bits that fill whole bytes",
        found,
        cause,
      );
    }
  }

  #checkOffsets(at: number, offsets: readonly number[], length: number): [number, number] {
    const [begin, end] = offsets;
    if (begin === undefined || end === undefined || offsets.length !== 2) {
      throw this.#problem(at, "two data_offsets", `${offsets.length}`);
    }
    if (end - begin !== length) {
      throw this.#problem(at, `${length} bytes by dtype and shape`, `data_offsets [${offsets}]`);
    }
    return [begin, end];
  }

  #problem(at: number, expected: string, found: string, cause?: unknown): FileFormatError {
    const offset = LENGTH_BYTES + new TextEncoder().encode(this.#text.slice(0, at)).length;
    const problem = { where: this.#where, offset, expected, found };
    return new FileFormatError(this.#path, problem, cause === undefined ? {} : { cause });
  }
}
