/** The members of `Deno.FsFile` that {@linkcode AppendFile} needs. */
export interface AppendTarget {
  /** Writes some of the bytes and returns how many. */
  writeSync(bytes: Uint8Array): number;
  /** Cuts the file. */
  truncateSync(size: number): void;
  /** Flushes the content to disk. */
  syncDataSync(): void;
  /** Closes the file. */
  close(): void;
}

/**
 * A file that lines or records are appended to, each at once, so that a killed process loses none.
 *
 * What the disk refuses is kept and written before the next one: a disk that is full for a while
 * leaves no hole.
 */
export class AppendFile implements Disposable {
  readonly #file: AppendTarget;
  #pending: Uint8Array[] = [];

  constructor(file: AppendTarget) {
    this.#file = file;
  }

  /**
   * Opens or creates a file, cut to its first bytes.
   *
   * @throws One of `Deno.errors` if the disk refuses.
   */
  static open(path: string, size: number): AppendFile {
    const file = Deno.openSync(path, { append: true, create: true });
    try {
      file.truncateSync(size);
    } catch (error) {
      file.close();
      throw error;
    }
    return new AppendFile(file);
  }

  /**
   * Appends bytes, or text as UTF-8.
   *
   * @throws One of `Deno.errors` if the disk refuses; the rest is kept for the next call.
   */
  append(content: string | Uint8Array): void {
    this.#pending.push(typeof content === "string" ? new TextEncoder().encode(content) : content);
    this.#flush();
  }

  /** Removes all that was appended, also what still waits. */
  clear(): void {
    this.#pending = [];
    this.#file.truncateSync(0);
  }

  /** Flushes what was appended to disk, so that it survives a power cut. */
  sync(): void {
    this.#flush();
    this.#file.syncDataSync();
  }

  /** Writes what is left and closes the file. */
  [Symbol.dispose](): void {
    try {
      this.#flush();
    } finally {
      this.#file.close();
    }
  }

  #flush(): void {
    while (this.#pending[0] !== undefined) {
      // One call may take fewer bytes than it is given, and a full disk takes some and then throws.
      const taken = this.#file.writeSync(this.#pending[0]);
      const rest = this.#pending[0].subarray(taken);
      if (rest.length > 0) this.#pending[0] = rest;
      else this.#pending.shift();
    }
  }
}
