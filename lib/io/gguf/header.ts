import type { ByteSource } from "../byte_source.ts";
import { FileFormatError, quoted } from "../errors.ts";
import { type CursorContext, GgufCursor, NeedMoreBytes } from "./cursor.ts";
import { type GgufValue, readMetadata } from "./metadata.ts";
import { type GgufTensor, readTensorInfos } from "./tensor_infos.ts";

/** What the header of a GGUF file says. */
export interface GgufHeader {
  /** The version of the format, 2 or 3. */
  readonly version: number;
  /** The values by key, in the order of the file. */
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** The tensors by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/** The letters "GGUF" as a little-endian integer. */
const MAGIC = 0x46554747;

/** A version this high is a small one written by a big-endian machine. */
const BIG_ENDIAN_VERSION = 0x01000000;

const DEFAULT_ALIGNMENT = 32;
const MAX_ALIGNMENT = 1 << 20;

/** Enough for a vocabulary of 128,000 tokens and its merges, so that nearly every file takes one read. */
const FIRST_READ_BYTES = 8 << 20;

/** The largest headers in use, with a vocabulary of 256,000 tokens, are near 20 MB. */
const MAX_HEADER_BYTES = 64 << 20;

/**
 * Reads and checks the header of a GGUF file.
 *
 * @throws {FileFormatError} If it breaks a rule of the format.
 */
export async function readGgufHeader(source: ByteSource): Promise<GgufHeader> {
  const limit = Math.min(source.size, MAX_HEADER_BYTES);
  for (let length = Math.min(limit, FIRST_READ_BYTES);; length = Math.min(limit, length * 4)) {
    const bytes = new Uint8Array(length);
    await source.readInto(bytes, 0);
    try {
      return parseGgufHeader(bytes, source);
    } catch (error) {
      if (!(error instanceof NeedMoreBytes)) throw error;
      if (length === limit) throw headerTooLong(source.path, limit);
    }
  }
}

function headerTooLong(path: string, limit: number): FileFormatError {
  const expected = `its end within ${limit} bytes`;
  return new FileFormatError(path, { where: "header", offset: limit, expected, found: "none" });
}

function parseGgufHeader(bytes: Uint8Array<ArrayBuffer>, context: CursorContext): GgufHeader {
  const cursor = new GgufCursor(bytes, context);
  const version = readVersion(cursor);
  cursor.where = "tensor count";
  // A tensor takes at least 24 bytes: length of its name, number of sizes, type and offset.
  const tensorCount = cursor.count("tensor count", Math.floor(context.size / 24));
  cursor.where = "metadata count";
  // A pair takes at least 14 bytes: length of its key, one letter, type and one byte of value.
  const metadataCount = cursor.count("metadata count", Math.floor(context.size / 14));
  const metadata = readMetadata(cursor, metadataCount);
  const alignment = alignmentOf(metadata, cursor);
  const tensors = readTensorInfos(cursor, { count: tensorCount, alignment });
  return { version, metadata, tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])) };
}

function readVersion(cursor: GgufCursor): number {
  cursor.where = "magic";
  const magic = cursor.uint32();
  if (magic !== MAGIC) {
    throw cursor.problem(0, `"GGUF"`, `0x${magic.toString(16).padStart(8, "0")}`);
  }
  cursor.where = "version";
  const version = cursor.uint32();
  if (version >= BIG_ENDIAN_VERSION) throw cursor.problem(4, "little-endian", "big-endian");
  if (version !== 2 && version !== 3) throw cursor.problem(4, "2 or 3", `${version}`);
  return version;
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>, cursor: GgufCursor): number {
  const value = metadata.get("general.alignment") ?? DEFAULT_ALIGNMENT;
  const valid = typeof value === "number" && value >= 8 && value <= MAX_ALIGNMENT &&
    Number.isInteger(Math.log2(value));
  if (!valid) {
    cursor.where = "general.alignment";
    const found = typeof value === "object" ? "an array" : quoted(`${value}`);
    throw cursor.problem(cursor.offset, `a power of two from 8 to ${MAX_ALIGNMENT}`, found);
  }
  return value;
}
