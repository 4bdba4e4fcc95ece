import { basename, join } from "node:path";
import { openByteSource } from "../../io/byte_source.ts";
import { FileFormatError } from "../../io/errors.ts";
import { decodeUtf8 } from "../../io/utf8.ts";
import {
  type CheckpointManifest,
  MAX_MANIFEST_BYTES,
  parseManifest,
} from "./checkpoint_manifest.ts";
import { MANIFEST_FILE, parseCheckpointName, STATE_FILE } from "./checkpoint_names.ts";
import { regularFileSize, requireSize } from "./file_seal.ts";

/**
 * Reads a checkpoint's `checkpoint.json`, and checks the length of its tensors' file but not the bytes.
 *
 * @throws {FileFormatError} If a part is missing or is visibly not as it was written.
 */
export async function glanceAtCheckpoint(path: string): Promise<CheckpointManifest> {
  const manifest = await readManifest(path);
  await requireSize(join(path, STATE_FILE), manifest.state);
  return manifest;
}

/**
 * Reads and checks a checkpoint's `checkpoint.json`.
 *
 * @param folder The folder of the checkpoint.
 * @throws {FileFormatError} If it is missing, is not as it was written, or is of another step than the folder.
 * @throws One of `Deno.errors` if it cannot be read.
 */
export async function readManifest(folder: string): Promise<CheckpointManifest> {
  await requireFolder(folder);
  const path = join(folder, MANIFEST_FILE);
  const size = await regularFileSize(path);
  if (size > MAX_MANIFEST_BYTES) {
    const expected = `at most ${MAX_MANIFEST_BYTES} bytes`;
    throw new FileFormatError(path, { where: "the file", expected, found: `${size}` });
  }
  await using source = await openByteSource(path);
  const bytes = new Uint8Array(size);
  await source.readInto(bytes, 0);
  const text = decodeUtf8(bytes, { path, where: "JSON text", offset: 0 });
  const manifest = parseManifest(text, path);
  requireStep(manifest, { folder, path });
  return manifest;
}

function requireStep(
  { step }: CheckpointManifest,
  { folder, path }: { folder: string; path: string },
): void {
  const named = parseCheckpointName(basename(folder));
  if (named === undefined || named.step === step) return;
  const expected = `${named.step}, as the folder's name says`;
  throw new FileFormatError(path, { where: 'field "step"', expected, found: `${step}` });
}

async function requireFolder(path: string): Promise<void> {
  const info = await Deno.lstat(path);
  if (info.isDirectory) return;
  throw new FileFormatError(path, {
    where: "the path",
    expected: "a folder",
    found: "something else",
  });
}
