import { dirname } from "node:path";

/** Where {@linkcode writeAtomic} lets its caller put bytes. */
export interface AtomicSink {
  /** The number of bytes written so far. */
  readonly position: number;
  /** Appends all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
}

/**
 * Writes a file so that its path never shows half of it: the old content, or all of the new.
 *
 * The bytes go to a new sibling file, which is flushed to disk and then renamed; the rename is
 * flushed too. If anything fails, the sibling is removed and the old file stays as it was.
 *
 * @param path The file to create or replace. Its folder must exist.
 * @param write Called once with the sink; the file is complete when its promise resolves.
 * @returns What `write` returns.
 * @throws What `write` throws, or one of `Deno.errors` if the disk refuses.
 */
export async function writeAtomic<T>(
  path: string,
  write: (sink: AtomicSink) => Promise<T>,
): Promise<T> {
  const temp = `${path}.${Deno.pid}-${crypto.randomUUID()}.tmp`; // As TEMPORARY says.
  try {
    const result = await writeAndSync(temp, write);
    await Deno.rename(temp, path);
    await syncFolder(dirname(path));
    return result;
  } catch (error) {
    // After the rename there is no sibling left, and the first error is the one to report.
    await Deno.remove(temp).catch(() => {});
    throw error;
  }
}

/**
 * Writes a whole byte array or text (as UTF-8) by {@linkcode writeAtomic}.
 *
 * @throws One of `Deno.errors` if the disk refuses.
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await writeAtomic(path, (sink) => sink.write(bytes));
}

const TEMPORARY = /^(.+)\.\d+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/**
 * Returns the name of the file that a sibling of {@linkcode writeAtomic} was to become, or `undefined`
 * if the name is not one of such a sibling. A killed process leaves them behind.
 */
export function atomicTarget(name: string): string | undefined {
  return TEMPORARY.exec(name)?.[1];
}

/**
 * Flushes a folder's list of names to disk, so that a rename in it survives a power cut.
 *
 * @throws One of `Deno.errors` if the folder cannot be opened or flushed.
 */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder as a file, and needs no such flush.
  if (Deno.build.os === "windows") return;
  using parent = await Deno.open(folder, { read: true });
  await parent.sync();
}

async function writeAndSync<T>(
  temp: string,
  write: (sink: AtomicSink) => Promise<T>,
): Promise<T> {
  using file = await Deno.open(temp, { write: true, createNew: true });
  const result = await write(new FileSink(file));
  await file.sync();
  return result;
}

class FileSink implements AtomicSink {
  #file: Deno.FsFile;
  #position = 0;

  constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  get position(): number {
    return this.#position;
  }

  async write(bytes: Uint8Array): Promise<void> {
    // One call may take fewer bytes than it is given.
    for (let done = 0; done < bytes.length;) {
      const taken = await this.#file.write(bytes.subarray(done));
      done += taken;
      this.#position += taken;
    }
  }
}
