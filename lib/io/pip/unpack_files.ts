import { basename, join } from "node:path";
import { configure, type FileEntry, ZipReader } from "@zip.js/zip.js";
import { type ByteSource, openByteSource } from "../byte_source.ts";
import { ByteSourceReader } from "./byte_source_reader.ts";
import type { FetchStepOptions } from "./fetch_progress.ts";
import type { WheelFiles } from "./wheel_files.ts";

// Workers would need a script of their own; large chunks halve the time.
configure({ useWebWorkers: false, chunkSize: 1 << 20 });

/** Options for {@linkcode unpackFiles}. */
export interface UnpackFilesOptions extends FetchStepOptions {
  /** What to unpack. */
  files: WheelFiles;
  /** An existing folder for the files. */
  into: string;
}

/**
 * Unpacks chosen files of a verified wheel and returns the size of each in bytes, by its name.
 *
 * The bytes go from file to file in pieces and have reached the disk when it returns. The wheel's
 * SHA-256 was checked, so its names and sizes need no limits here.
 *
 * @throws {RangeError} If the wheel does not hold one of the files.
 */
export async function unpackFiles(
  path: string,
  options: UnpackFilesOptions,
): Promise<Record<string, number>> {
  const { files, into, onProgress, signal } = options;
  await using source = await openByteSource(path);
  const entries = await chosenEntries(source, files.paths);
  // Progress counts compressed bytes, as zip.js does.
  const total = entries.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
  const report = (done: number) => onProgress?.({ phase: "unpack", done, total, unit: "bytes" });
  const bytes: Record<string, number> = {};
  let before = 0;
  for (const entry of entries) {
    const name = basename(entry.filename);
    const path = join(into, name);
    await unpackEntry(entry, { path, signal, onBytes: (done) => report(before + done) });
    before += entry.compressedSize;
    report(before);
    bytes[name] = entry.uncompressedSize;
  }
  return bytes;
}

async function chosenEntries(source: ByteSource, paths: readonly string[]): Promise<FileEntry[]> {
  const reader = new ZipReader(new ByteSourceReader(source));
  const entries = new Map<string, FileEntry>();
  for await (const entry of reader.getEntriesGenerator()) {
    if (!entry.directory) entries.set(entry.filename, entry);
  }
  return paths.map((path) => {
    const entry = entries.get(path);
    if (!entry) throw new RangeError(`Cannot unpack the wheel: it holds no ${path}`);
    return entry;
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
