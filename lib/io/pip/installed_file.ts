import { join } from "node:path";
import { fileSize } from "../file_size.ts";
import { errorCode } from "../system_error.ts";
import type { Attempt } from "./attempt.ts";
import { findPythonPackages } from "./python_packages.ts";
import { sha256 } from "./sha256.ts";
import type { PackageFile } from "./wheel_files.ts";

/** Options for {@linkcode findInstalledFile}. */
export interface FindInstalledFileOptions {
  /** The command of Python 3. */
  python: string;
  /** Ends the search; its reason is then thrown. */
  signal?: AbortSignal | undefined;
}

/** Looks for a file in the installed Python package and returns its path, if it has the content. */
export async function findInstalledFile(
  file: PackageFile,
  options: FindInstalledFileOptions,
): Promise<Attempt<string>> {
  const { python, signal } = options;
  signal?.throwIfAborted();
  const [name = "", ...rest] = file.path.split("/");
  const packages = await findPythonPackages(python, { names: [name], signal });
  if ("reason" in packages) return packages;
  const reasons: string[] = [];
  for (const folder of packages.found[name] ?? []) {
    const path = join(folder, ...rest);
    const fault = await contentFault(path, { file, signal });
    if (fault === undefined) return { found: path };
    reasons.push(`${path} ${fault}`);
  }
  return { reason: reasons.join("; ") || `${python} has no package ${name}` };
}

async function contentFault(
  path: string,
  { file, signal }: { file: PackageFile; signal: AbortSignal | undefined },
): Promise<string | undefined> {
  try {
    const bytes = await fileSize(path);
    if (bytes === undefined) return "does not exist";
    if (bytes !== file.unpackedBytes) return `has ${bytes} bytes, not ${file.unpackedBytes}`;
    using open = await Deno.open(path);
    return await sha256(open, { signal }) === file.sha256 ? undefined : "has another content";
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || errorCode(error) !== undefined) {
      return `cannot be read: ${(error as Error).message}`;
    }
    throw error;
  }
}
