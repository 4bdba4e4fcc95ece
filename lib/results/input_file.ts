import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { InputFile } from "./manifest.ts";

/** Options for {@linkcode inputFile}. */
export interface InputFileOptions {
  /** The name in the manifest; by default the file's. */
  readonly name?: string;
  /** The revision of the repository it came from. */
  readonly revision?: string | null;
}

/**
 * Hashes a file that a run reads, for its manifest.
 *
 * @throws One of `Deno.errors` if the file cannot be read.
 */
export async function inputFile(path: string, options: InputFileOptions = {}): Promise<InputFile> {
  const { name = basename(path), revision = null } = options;
  const hash = createHash("sha256");
  const file = await Deno.open(path, { read: true });
  for await (const part of file.readable) hash.update(part);
  return { name, revision, sha256: hash.digest("hex") };
}
