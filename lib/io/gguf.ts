import { type ByteSource, openByteSource } from "./byte_source.ts";
import { dequantize } from "./gguf/dequantize.ts";
import { type GgufHeader, readGgufHeader } from "./gguf/header.ts";
import type { GgufValue } from "./gguf/metadata.ts";
import type { GgufTensor } from "./gguf/tensor_infos.ts";
import { tensorNamed } from "./tensor_named.ts";

/** An open GGUF file: its header is in memory, its tensors are read one by one. */
export interface GgufFile extends GgufHeader, AsyncDisposable {
  /** The path that was opened. */
  readonly path: string;
  /**
   * Reads the raw bytes of one tensor into a new buffer.
   *
   * @throws {RangeError} If there is no tensor of this name.
   * @throws {FileFormatError} If the file has become shorter since it was opened.
   */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Reads one tensor and dequantizes it, row-major.
   *
   * @throws {RangeError} If there is no tensor of this name, or its type is not readable.
   * @throws {FileFormatError} If the file has become shorter since it was opened.
   */
  readFloats(name: string): Promise<Float32Array<ArrayBuffer>>;
}

/**
 * Opens a GGUF file of version 2 or 3 and checks its header.
 *
 * @example Read a tensor
 * ```ts ignore
 * import { openGguf } from "./gguf.ts";
 *
 * await using file = await openGguf("model.gguf");
 * const weights = await file.readFloats("token_embd.weight");
 * ```
 *
 * @throws {FileFormatError} If the header breaks a rule of the format.
 * @throws One of `Deno.errors` if the file cannot be read.
 */
export async function openGguf(path: string): Promise<GgufFile> {
  return await openGgufSource(await openByteSource(path));
}

/**
 * Reads GGUF from any bytes; the source is closed with the result, and on an error at once.
 *
 * @throws {FileFormatError} If the header breaks a rule of the format.
 */
export async function openGgufSource(source: ByteSource): Promise<GgufFile> {
  try {
    return new OpenFile(source, await readGgufHeader(source));
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}

class OpenFile implements GgufFile {
  readonly path: string;
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  #source: ByteSource;

  constructor(source: ByteSource, header: GgufHeader) {
    this.path = source.path;
    this.version = header.version;
    this.metadata = header.metadata;
    this.tensors = header.tensors;
    this.#source = source;
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const { begin, end } = tensorNamed(this, name);
    const bytes = new Uint8Array(end - begin);
    await this.#source.readInto(bytes, begin);
    return bytes;
  }

  async readFloats(name: string): Promise<Float32Array<ArrayBuffer>> {
    const { type } = tensorNamed(this, name);
    return dequantize(await this.read(name), type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source[Symbol.asyncDispose]();
  }
}
