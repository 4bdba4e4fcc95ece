import { Reader } from "@zip.js/zip.js";

/** Lets zip.js read ranges of an open file, so that the archive never lies in memory. */
export class FileRangeReader extends Reader<Deno.FsFile> {
  readonly #file: Deno.FsFile;

  constructor(file: Deno.FsFile, bytes: number) {
    super(file);
    this.#file = file;
    this.size = bytes;
  }

  /** Returns `length` bytes from `offset`, fewer at the end of the file. */
  override async readUint8Array(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    await this.#file.seek(offset, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) {
      const read = await this.#file.read(bytes.subarray(done));
      if (read === null) return bytes.subarray(0, done);
      done += read;
    }
    return bytes;
  }
}
