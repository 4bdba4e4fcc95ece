import { createHash } from "node:crypto";
import { type ByteSource, openByteSource } from "../../io/byte_source.ts";
import { FileFormatError } from "../../io/errors.ts";
import { isMissing } from "../../io/system_error.ts";

/** The length and hash by which a file is known to be the one that was written. */
export interface FileSeal {
  /** Its length, bytes. */
  readonly bytes: number;
  /** Its sha256, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Returns the length and the sha256 of a file. */
export async function sealFile(path: string): Promise<FileSeal> {
  await using source = await openByteSource(path);
  return { bytes: source.size, sha256: await hashSource(source) };
}

/**
 * Returns the size of a regular file, bytes.
 *
 * @throws {FileFormatError} If there is none, or something else has its name.
 */
export async function regularFileSize(path: string): Promise<number> {
  // Looked at before it is opened: opening a pipe would wait for a writer that never comes.
  try {
    const info = await Deno.lstat(path);
    if (info.isFile) return info.size;
    throw new FileFormatError(path, {
      where: "the path",
      expected: "a file",
      found: "something else",
    });
  } catch (error) {
    if (!isMissing(error)) throw error;
    const problem = { where: "the path", expected: "a file", found: "nothing" };
    throw new FileFormatError(path, problem, { cause: error });
  }
}

/**
 * Checks that a file has the length that was written.
 *
 * @throws {FileFormatError} If it is missing or has another.
 */
export async function requireSize(path: string, { bytes }: FileSeal): Promise<void> {
  const size = await regularFileSize(path);
  if (size === bytes) return;
  const problem = {
    where: "the file",
    expected: `${bytes} bytes, as were written`,
    found: `${size}`,
  };
  throw new FileFormatError(path, problem);
}

/**
 * Checks that the bytes are those that were written.
 *
 * @throws {FileFormatError} If they are others.
 */
export async function requireSeal(source: ByteSource, { sha256 }: FileSeal): Promise<void> {
  const found = await hashSource(source);
  if (found === sha256) return;
  const expected = `sha256 ${sha256}, as was written`;
  throw new FileFormatError(source.path, { where: "the content", expected, found });
}

async function hashSource(source: ByteSource): Promise<string> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(1 << 20);
  for (let offset = 0; offset < source.size; offset += chunk.length) {
    const part = chunk.subarray(0, Math.min(chunk.length, source.size - offset));
    await source.readInto(part, offset);
    hash.update(part);
  }
  return hash.digest("hex");
}
