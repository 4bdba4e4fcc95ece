import { type ByteSource, openByteSource } from "./byte_source.ts";
import { FileFormatError } from "./errors.ts";
import {
  LENGTH_BYTES,
  parseHeaderLength,
  parseSafetensorsHeader,
  type SafetensorsHeader,
  type TensorEntry,
} from "./safetensors_header.ts";
import { tensorNamed } from "./tensor_named.ts";

/** Options for {@linkcode SafetensorsFile.readInto}. */
export interface ReadTensorOptions {
  /** The first byte to read, counted from the tensor's start; by default 0. */
  offset?: number;
}

/**
 * Tensors that are read one by one from a file or a folder of files; only the headers are in memory.
 *
 * Reads may overlap in time. Close it with `await using`.
 */
export interface SafetensorsFile extends SafetensorsHeader, AsyncDisposable {
  /** The path that was opened. */
  readonly path: string;
  /**
   * Reads one tensor: its raw little-endian elements, row-major, in a new buffer.
   *
   * @throws {RangeError} If there is no tensor of this name.
   * @throws {FileFormatError} If the file has become shorter since it was opened.
   */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Fills `target` with bytes of one tensor; `target` may be shorter than the tensor.
   *
   * @throws {RangeError} If there is no tensor of this name, or the bytes asked for lie outside of it.
   * @throws {FileFormatError} If the file has become shorter since it was opened.
   */
  readInto(name: string, target: Uint8Array, options?: ReadTensorOptions): Promise<void>;
}

/**
 * Opens a safetensors file and checks its header.
 *
 * @example Read a tensor
 * ```ts ignore
 * import { openSafetensors } from "./safetensors.ts";
 *
 * await using file = await openSafetensors("model.safetensors");
 * const bytes = await file.read("model.norm.weight");
 * ```
 *
 * @throws {FileFormatError} If the header breaks a rule of the format; see {@linkcode parseSafetensorsHeader}.
 * @throws One of `Deno.errors` if the file cannot be read.
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  return await openSafetensorsSource(await openByteSource(path));
}

/**
 * Reads safetensors from any bytes; the source is closed with the result, and on an error at once.
 *
 * @throws {FileFormatError} If the header breaks a rule of the format.
 */
export async function openSafetensorsSource(source: ByteSource): Promise<SafetensorsFile> {
  try {
    return new SingleFile(source, await readHeader(source));
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}

async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  const { path, size } = source;
  if (size < LENGTH_BYTES) {
    const problem = { where: "header length", offset: 0, expected: "8 bytes", found: `${size}` };
    throw new FileFormatError(path, problem);
  }
  const length = new Uint8Array(LENGTH_BYTES);
  await source.readInto(length, 0);
  const header = new Uint8Array(parseHeaderLength(length, source));
  await source.readInto(header, LENGTH_BYTES);
  return parseSafetensorsHeader(header, source);
}

class SingleFile implements SafetensorsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  #source: ByteSource;

  constructor(source: ByteSource, header: SafetensorsHeader) {
    this.path = source.path;
    this.tensors = header.tensors;
    this.metadata = header.metadata;
    this.#source = source;
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const { begin, end } = tensorNamed(this, name);
    const bytes = new Uint8Array(end - begin);
    await this.#source.readInto(bytes, begin);
    return bytes;
  }

  async readInto(
    name: string,
    target: Uint8Array,
    { offset = 0 }: ReadTensorOptions = {},
  ): Promise<void> {
    const { begin, end } = tensorNamed(this, name);
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + target.length > end - begin) {
      throw new RangeError(
        `Cannot read ${target.length} bytes from byte ${offset} on of tensor "${name}": ` +
          `it has ${end - begin} bytes`,
      );
    }
    await this.#source.readInto(target, begin + offset);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source[Symbol.asyncDispose]();
  }
}
