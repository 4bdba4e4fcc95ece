import { createHash, type Hash } from "node:crypto";
import { dirname } from "node:path";
import { syncFolder } from "../atomic.ts";
import { FileFormatError } from "../errors.ts";
import { lockFile } from "../file_lock.ts";
import { fileSize } from "../file_size.ts";
import { Interrupted, orInterrupted } from "./interrupted.ts";
import type { HubFile } from "./listing.ts";

/** Options for {@linkcode downloadResumable}. */
export interface ResumableDownloadOptions {
  /** The size and hash that the content must have. */
  file: HubFile;
  /** Where the complete file goes; its folder must exist. */
  target: string;
  /** The `fetch` to use. */
  fetch: typeof fetch;
  /** Headers to send. */
  headers?: Readonly<Record<string, string>>;
  /** Called with the number of bytes that are there, after each piece. */
  onBytes?: (bytes: number) => void;
  /** Stops the download; what has come stays for the next time. */
  signal?: AbortSignal;
  /** The pause before the first repetition, ms; it doubles each time. By default 500. */
  retryDelay?: number;
}

/** Tries that come no further than the best before giving up. */
const MAX_VAIN_TRIES = 4;

/**
 * Downloads a file whose size and hash are known, going on where an earlier try has stopped.
 *
 * Bytes collect in `target.part`, locked against other processes. A complete file is checked, flushed to
 * disk and renamed. Lost connections and busy servers are tried again; a server that ignores ranges makes
 * it start from the beginning.
 *
 * @throws {FileFormatError} If the content has another size or hash; the bytes are thrown away.
 * @throws {Error} If the server refuses, with its status; or what `fetch` throws, when tries run out.
 */
export async function downloadResumable(
  url: string,
  options: ResumableDownloadOptions,
): Promise<void> {
  const { target } = options;
  const part = `${target}.part`;
  using file = await Deno.open(part, { read: true, write: true, create: true });
  await lockFile(file, { signal: options.signal });
  // Another process may have finished the file while this one waited, and renamed what is open here.
  if (await fileSize(target) === options.file.size) {
    await Deno.remove(part).catch(() => {});
    return;
  }
  await new Transfer(file, url, options).run();
  await file.sync();
  await Deno.rename(part, target);
  await syncFolder(dirname(target));
}

class Transfer {
  #file: Deno.FsFile;
  #url: string;
  #options: ResumableDownloadOptions;
  #hash: Hash;
  #bytes = 0;

  constructor(file: Deno.FsFile, url: string, options: ResumableDownloadOptions) {
    this.#file = file;
    this.#url = url;
    this.#options = options;
    this.#hash = newHash(options.file);
  }

  async run(): Promise<void> {
    const adopted = await this.#adoptPart();
    await this.#fetchAll();
    if (this.#hasHash()) return;
    // A power cut may have spoiled the bytes of an earlier try, so those get a second chance.
    await this.#restart();
    if (adopted > 0) {
      await this.#fetchAll();
      if (this.#hasHash()) return;
      await this.#restart();
    }
    const { path, hash } = this.#options.file;
    const problem = { where: `${hash.kind} hash`, expected: hash.hex, found: "another" };
    throw new FileFormatError(path, problem);
  }

  async #fetchAll(): Promise<void> {
    const { file, signal, retryDelay = 500 } = this.#options;
    let vain = 0;
    let most = this.#bytes;
    while (this.#bytes < file.size) {
      try {
        await this.#fetchRest();
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof Interrupted)) throw error;
        // Against the most so far: a server that makes each try start again would never be given up.
        vain = this.#bytes > most ? 0 : vain + 1;
        most = Math.max(most, this.#bytes);
        if (vain === MAX_VAIN_TRIES) throw error.cause;
        await pause(retryDelay * 2 ** vain);
      }
    }
  }

  // Takes over the bytes of an earlier try; a part longer than the file cannot be of it.
  async #adoptPart(): Promise<number> {
    const { size } = await this.#file.stat();
    if (size > this.#options.file.size) await this.#restart();
    const piece = new Uint8Array(1 << 20);
    for (let taken; (taken = await this.#file.read(piece)) !== null;) {
      this.#hash.update(piece.subarray(0, taken));
      this.#bytes += taken;
    }
    this.#options.onBytes?.(this.#bytes);
    return this.#bytes;
  }

  async #restart(): Promise<void> {
    await this.#file.truncate(0);
    await this.#file.seek(0, Deno.SeekMode.Start);
    this.#hash = newHash(this.#options.file);
    this.#bytes = 0;
    this.#options.onBytes?.(0);
  }

  async #fetchRest(): Promise<void> {
    const response = await this.#request();
    try {
      const goesOn = response.status === 206 && this.#startsHere(response);
      if (!goesOn && this.#bytes > 0) await this.#restart();
      if (!goesOn && response.status === 206) {
        throw new Interrupted(this.#problem("another range than asked for"));
      }
      await this.#takeBody(response);
    } finally {
      await response.body?.cancel().catch(() => {});
    }
  }

  async #request(): Promise<Response> {
    const headers = new Headers(this.#options.headers);
    if (this.#bytes > 0) headers.set("Range", `bytes=${this.#bytes}-`);
    // A compressed answer would have another length and no ranges.
    headers.set("Accept-Encoding", "identity");
    const { signal } = this.#options;
    const response = await orInterrupted(() =>
      this.#options.fetch(this.#url, signal ? { headers, signal } : { headers })
    );
    if (response.status === 200 || response.status === 206) return response;
    await response.body?.cancel();
    const { path } = this.#options.file;
    const error = new Error(`Cannot download "${path}": the server answered ${response.status}`);
    throw response.status >= 500 || response.status === 429 ? new Interrupted(error) : error;
  }

  #startsHere(response: Response): boolean {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
    const size = this.#options.file.size;
    return range !== null && Number(range[1]) === this.#bytes &&
      (range[2] === "*" || Number(range[2]) === size);
  }

  async #takeBody(response: Response): Promise<void> {
    const reader = response.body?.getReader();
    try {
      for (;;) {
        const piece = await orInterrupted(async () => await reader?.read());
        if (piece?.value === undefined) break;
        await this.#append(piece.value);
      }
    } finally {
      await reader?.cancel().catch(() => {});
      reader?.releaseLock();
    }
    if (this.#bytes < this.#options.file.size) {
      throw new Interrupted(this.#problem(`${this.#bytes} bytes`));
    }
  }

  async #append(piece: Uint8Array): Promise<void> {
    const { file, onBytes } = this.#options;
    if (this.#bytes + piece.length > file.size) {
      await this.#restart();
      throw this.#problem("more");
    }
    for (let done = 0; done < piece.length;) done += await this.#file.write(piece.subarray(done));
    this.#hash.update(piece);
    this.#bytes += piece.length;
    onBytes?.(this.#bytes);
  }

  #hasHash(): boolean {
    return this.#hash.digest("hex") === this.#options.file.hash.hex;
  }

  #problem(found: string): FileFormatError {
    const { path, size } = this.#options.file;
    return new FileFormatError(path, { where: "download", expected: `${size} bytes`, found });
  }
}

function newHash({ size, hash }: HubFile): Hash {
  // Git puts the kind and the length before the content.
  if (hash.kind === "git") return createHash("sha1").update(`blob ${size}\0`);
  return createHash("sha256");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
