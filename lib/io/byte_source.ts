import { FileFormatError } from "./errors.ts";

/** Bytes that are read by range: a file on disk, or an array in memory. */
export interface ByteSource extends AsyncDisposable {
  /** The path of the file, as messages show it. */
  readonly path: string;
  /** The number of bytes. */
  readonly size: number;
  /**
   * Fills `target` with the bytes from `offset` on. Calls may overlap in time.
   *
   * @throws {FileFormatError} If the file ends before `target` is full.
   */
  readInto(target: Uint8Array, offset: number): Promise<void>;
}

/**
 * Opens a file for reading by range.
 *
 * @throws {FileFormatError} If the path is not a regular file.
 * @throws One of `Deno.errors` if the file cannot be opened.
 */
export async function openByteSource(path: string): Promise<ByteSource> {
  const file = await Deno.open(path, { read: true });
  try {
    const info = await file.stat();
    if (!info.isFile) {
      const found = info.isDirectory ? "a folder" : "another kind of path";
      throw new FileFormatError(path, { where: "path", expected: "a file", found });
    }
    return new FileSource(path, info.size, file);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Reads by range from an array in memory, under the name `path`. */
export function memoryByteSource(path: string, bytes: Uint8Array): ByteSource {
  return new MemorySource(path, bytes);
}

class FileSource implements ByteSource {
  readonly path: string;
  readonly size: number;
  #file: Deno.FsFile;
  // A file has one position, so each seek and read must end before the next begins.
  #last: Promise<void> = Promise.resolve();

  constructor(path: string, size: number, file: Deno.FsFile) {
    this.path = path;
    this.size = size;
    this.#file = file;
  }

  readInto(target: Uint8Array, offset: number): Promise<void> {
    const turn = this.#last.then(() => this.#fill(target, offset));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #fill(target: Uint8Array, offset: number): Promise<void> {
    await this.#file.seek(offset, Deno.SeekMode.Start);
    for (let done = 0; done < target.length;) {
      const taken = await this.#file.read(target.subarray(done));
      if (taken === null) throw endedEarly(this.path, offset + done, target.length - done);
      done += taken;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    this.#file.close();
  }
}

class MemorySource implements ByteSource {
  readonly path: string;
  readonly size: number;
  #bytes: Uint8Array;

  constructor(path: string, bytes: Uint8Array) {
    this.path = path;
    this.size = bytes.length;
    this.#bytes = bytes;
  }

  // deno-lint-ignore require-await -- a rejected promise, not a throw, as the file does it
  async readInto(target: Uint8Array, offset: number): Promise<void> {
    const missing = offset + target.length - this.size;
    if (missing > 0) throw endedEarly(this.path, Math.min(offset, this.size), missing);
    target.set(this.#bytes.subarray(offset, offset + target.length));
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function endedEarly(path: string, offset: number, missing: number): FileFormatError {
  return new FileFormatError(path, {
    where: "content",
    offset,
    expected: `${missing} more bytes`,
    found: "the end of the file",
  });
}
