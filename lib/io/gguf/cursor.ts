import { FileFormatError } from "../errors.ts";
import { decodeUtf8 } from "../utf8.ts";

/** The bytes at hand end before the value does, but the file goes on: read more and start again. */
export class NeedMoreBytes extends Error {
  override name = "NeedMoreBytes";
}

/** The file that a {@linkcode GgufCursor} reads the beginning of. */
export interface CursorContext {
  /** The path of the file, for messages. */
  path: string;
  /** The size of the whole file, bytes. */
  size: number;
}

/** Reads little-endian values one after another from the beginning of a file. */
export class GgufCursor {
  /** The path of the file. */
  readonly path: string;
  /** The part that is being read, for messages. */
  where = "header";
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #size: number;
  #offset = 0;

  /** Starts at byte 0 of `bytes`, which are the first bytes of a file. */
  constructor(bytes: Uint8Array<ArrayBuffer>, { path, size }: CursorContext) {
    this.path = path;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#size = size;
  }

  /** The byte of the file at which the next value starts. */
  get offset(): number {
    return this.#offset;
  }

  /** The bytes of the file behind the cursor. */
  get bytesLeft(): number {
    return this.#size - this.#offset;
  }

  /** Reads an unsigned integer of 8 bits. */
  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  /** Reads an unsigned integer of 32 bits. */
  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** Reads an unsigned integer of 64 bits that must not be above `limit`. */
  count(what: string, limit: number): number {
    const at = this.#offset;
    const value = this.#view.getBigUint64(this.#advance(8), true);
    if (value > limit) throw this.problem(at, `${what} of at most ${limit}`, `${value}`);
    return Number(value);
  }

  /** Reads a text: its length in bytes as 64 bits, then UTF-8. */
  string(maxBytes = Number.MAX_SAFE_INTEGER): string {
    const length = this.count("text length", Math.min(maxBytes, Math.max(0, this.bytesLeft - 8)));
    const offset = this.#advance(length);
    const bytes = this.#bytes.subarray(offset, offset + length);
    return decodeUtf8(bytes, { path: this.path, where: this.where, offset });
  }

  /** Copies `length` bytes into a buffer of their own. */
  copy(length: number): ArrayBuffer {
    const offset = this.#advance(length);
    return this.#bytes.slice(offset, offset + length).buffer;
  }

  /** Makes the error for a wrong thing at a byte of the file. */
  problem(offset: number, expected: string, found: string): FileFormatError {
    return new FileFormatError(this.path, { where: this.where, offset, expected, found });
  }

  #advance(length: number): number {
    if (length > this.bytesLeft) {
      throw this.problem(this.#offset, `${length} more bytes`, `${this.bytesLeft} in the file`);
    }
    const start = this.#offset;
    if (start + length > this.#bytes.length) throw new NeedMoreBytes();
    this.#offset += length;
    return start;
  }
}
