import { join } from "node:path";
import { configure, type FileEntry, ZipReader } from "@zip.js/zip.js";
import type { FetchStepOptions } from "./fetch_progress.ts";
import { FileRangeReader } from "./file_range_reader.ts";
import { libraryNames } from "./library_folder.ts";
import type { Wheel } from "./wheels.ts";

// Workers would need a script of their own; large chunks halve the time.
configure({ useWebWorkers: false, chunkSize: 1 << 20 });

/** Options for {@linkcode unpackLibraries}. */
export interface UnpackLibrariesOptions extends FetchStepOptions {
  /** What the file is. */
  wheel: Wheel;
  /** An existing folder for the libraries. */
  into: string;
}

/**
 * Unpacks the two libraries of a verified wheel and returns the size of each in bytes.
 *
 * The bytes go from file to file in pieces and have reached the disk when it returns. The wheel's
 * SHA-256 was checked, so its names and sizes need no limits here.
 */
export async function unpackLibraries(
  path: string,
  options: UnpackLibrariesOptions,
): Promise<Record<string, number>> {
  const { wheel, into, onProgress, signal } = options;
  using source = await Deno.open(path);
  const entries = await libraryEntries(source, wheel);
  // Progress counts compressed bytes, as zip.js does.
  const total = entries.reduce((sum, { entry }) => sum + entry.compressedSize, 0);
  const report = (done: number) => onProgress?.({ phase: "unpack", done, total, unit: "bytes" });
  const bytes: Record<string, number> = {};
  let before = 0;
  for (const { name, entry } of entries) {
    const path = join(into, name);
    await unpackEntry(entry, { path, signal, onBytes: (done) => report(before + done) });
    before += entry.compressedSize;
    report(before);
    bytes[name] = entry.uncompressedSize;
  }
  return bytes;
}

async function libraryEntries(
  source: Deno.FsFile,
  wheel: Wheel,
): Promise<{ name: string; entry: FileEntry }[]> {
  const reader = new ZipReader(new FileRangeReader(source, (await source.stat()).size));
  const files = new Map<string, FileEntry>();
  for await (const entry of reader.getEntriesGenerator()) {
    if (!entry.directory) files.set(entry.filename, entry);
  }
  const names = libraryNames(wheel.os);
  return [names.framework, names.core].map((name) => {
    const entry = files.get(`tensorflow/${name}`);
    if (!entry) throw new RangeError(`Cannot unpack the wheel: it holds no tensorflow/${name}`);
    return { name, entry };
  });
}

interface UnpackEntryOptions {
  path: string;
  signal: AbortSignal | undefined;
  onBytes: (done: number) => void;
}

async function unpackEntry(entry: FileEntry, options: UnpackEntryOptions): Promise<void> {
  const { path, signal, onBytes } = options;
  using file = await Deno.open(path, { write: true, createNew: true });
  await entry.getData(file.writable, {
    checkSignature: true,
    preventClose: true,
    onprogress: onBytes,
    ...(signal && { signal }),
  });
  await file.sync();
}
