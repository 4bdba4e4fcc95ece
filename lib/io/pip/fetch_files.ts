import { dirname, join } from "node:path";
import { cachedLibraryFolder, findCachedLibrary, manifestName } from "./cached_library.ts";
import type { LibraryManifest } from "./cached_library.ts";
import type { FetchStepOptions } from "./fetch_progress.ts";
import type { LibraryFolder } from "./library_folder.ts";
import { lockFolder } from "./lock_folder.ts";
import { pipDownload } from "./pip_download.ts";
import { storageFault, type StorageNeed } from "./storage_fault.ts";
import { unpackLibraries } from "./unpack_libraries.ts";
import { verifyWheel } from "./verify_wheel.ts";
import { type Wheel, wheelFile } from "./wheels.ts";

/** Options for {@linkcode fetchLibrary}. */
export interface FetchLibraryOptions extends FetchStepOptions {
  /** The cache folder; it is created where it is missing. */
  cacheDir: string;
  /** The command of Python 3. */
  python: string;
}

/** The libraries in the cache, and whether another process had brought them meanwhile. */
export interface FetchedLibrary {
  /** The libraries. */
  readonly library: LibraryFolder;
  /** Whether this process downloaded them. */
  readonly downloaded: boolean;
}

const stagingPrefix = ".fetch-";

/**
 * Downloads a wheel, checks it, and puts its two libraries into the cache.
 *
 * Everything happens in a staging folder beside the final one, under a lock, and one rename ends it:
 * whoever looks sees all or nothing, whenever this process dies.
 *
 * @throws {LibraryUnavailableError} If it cannot be had; nothing is left behind.
 * @throws The signal's reason, if it is aborted.
 */
export async function fetchLibrary(
  wheel: Wheel,
  options: FetchLibraryOptions,
): Promise<FetchedLibrary> {
  const { cacheDir } = options;
  const root = dirname(cachedLibraryFolder(cacheDir, wheel));
  // While pip works it keeps the wheel twice: where it downloads, and where it delivers.
  const storage = {
    folder: cacheDir,
    bytes: wheel.bytes + Math.max(wheel.bytes, wheel.libraryBytes),
  };
  try {
    await Deno.mkdir(root, { recursive: true });
    using _lock = await lockFolder(root, options);
    const cached = await findCachedLibrary(cacheDir, wheel);
    if ("found" in cached) return { library: cached.found, downloaded: false };
    await removeLeftovers(root);
    await fetchInto(root, { ...options, wheel, storage });
    const fetched = await findCachedLibrary(cacheDir, wheel);
    if ("found" in fetched) return { library: fetched.found, downloaded: true };
    throw new Error(`Cannot use what was fetched: ${fetched.reason}`);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw storageFault(error, storage);
  }
}

// Only the holder of the lock makes such folders, so those that it finds belong to dead processes.
async function removeLeftovers(root: string): Promise<void> {
  for await (const entry of Deno.readDir(root)) {
    if (!entry.name.startsWith(stagingPrefix)) continue;
    await Deno.remove(join(root, entry.name), { recursive: true });
  }
}

async function fetchInto(
  root: string,
  options: FetchLibraryOptions & { wheel: Wheel; storage: StorageNeed },
): Promise<void> {
  const { wheel, cacheDir } = options;
  const staging = join(root, `${stagingPrefix}${Deno.pid}-${crypto.randomUUID()}`);
  const into = join(staging, "libraries");
  try {
    await Deno.mkdir(into, { recursive: true });
    const path = await pipDownload(wheel, { ...options, folder: staging });
    await verifyWheel(path, options);
    const bytes = await unpackLibraries(path, { ...options, into });
    await Deno.remove(path);
    await writeManifest(into, { schema: 1, wheel: wheelFile(wheel), sha256: wheel.sha256, bytes });
    await publish(into, { folder: cachedLibraryFolder(cacheDir, wheel), staging });
  } finally {
    // What cannot be removed now is removed before the next fetch; an error here would hide the cause.
    await Deno.remove(staging, { recursive: true }).catch(() => {});
  }
}

async function writeManifest(folder: string, manifest: LibraryManifest): Promise<void> {
  using file = await Deno.open(join(folder, manifestName), { write: true, createNew: true });
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  await file.sync();
  await syncFolder(folder);
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

async function syncFolder(path: string): Promise<void> {
  using folder = await Deno.open(path, { read: true });
  await folder.sync();
}
