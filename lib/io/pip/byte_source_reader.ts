import { Reader } from "@zip.js/zip.js";
import type { ByteSource } from "../byte_source.ts";

/** Lets zip.js read ranges of a file, so that the archive never lies in memory. */
export class ByteSourceReader extends Reader<ByteSource> {
  readonly #source: ByteSource;

  /** Reads nothing yet; the caller closes the source. */
  constructor(source: ByteSource) {
    super(source);
    this.#source = source;
    this.size = source.size;
  }

  /** Returns `length` bytes from `offset`, fewer at the end of the file. */
  override async readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    await this.#source.readInto(bytes, offset);
    return bytes;
  }
}
