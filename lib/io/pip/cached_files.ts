import { basename, join } from "node:path";
import { fileSize } from "../file_size.ts";
import { isMissing } from "../system_error.ts";
import type { Attempt } from "./attempt.ts";
import { wheelFile } from "./wheel.ts";
import type { WheelFiles } from "./wheel_files.ts";

/** The file that makes a folder of the cache valid; it is written last. */
export const manifestName = "manifest.json";

/** What the manifest says. */
export interface FilesManifest {
  /** The version of this format. */
  readonly schema: 1;
  /** The wheel's file name. */
  readonly wheel: string;
  /** The wheel's SHA-256. */
  readonly sha256: string;
  /** The size of each file in bytes. */
  readonly bytes: Readonly<Record<string, number>>;
}

/** Returns the folder that holds some files of a wheel, below the cache folder. */
export function cachedFilesFolder(cacheDir: string, { section, wheel }: WheelFiles): string {
  return join(cacheDir, section, `${wheel.package}-${wheel.version}-${wheel.platform}`);
}

/** Looks whether the cache holds some files of a wheel, whole, and returns their folder. */
export async function findCachedFiles(
  cacheDir: string,
  files: WheelFiles,
): Promise<Attempt<string>> {
  const folder = cachedFilesFolder(cacheDir, files);
  const manifest = await readManifest(join(folder, manifestName));
  if (manifest === undefined) return { reason: `${cacheDir} does not hold it yet` };
  for (const name of files.paths.map((path) => basename(path))) {
    const expected = expectedBytes(manifest, files, name);
    const actual = await fileSize(join(folder, name)) ?? 0;
    if (expected === undefined || actual !== expected) {
      return { reason: `${folder} is damaged: ${name} has ${actual} bytes, not ${expected}` };
    }
  }
  return { found: folder };
}

// Text that is not JSON gives an empty manifest, so that the folder counts as damaged.
async function readManifest(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    const manifest: unknown = JSON.parse(await Deno.readTextFile(path));
    return typeof manifest === "object" && manifest !== null ? { ...manifest } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function expectedBytes(
  manifest: Record<string, unknown>,
  { wheel }: WheelFiles,
  name: string,
): number | undefined {
  const { schema, wheel: file, sha256, bytes } = manifest;
  if (schema !== 1 || file !== wheelFile(wheel) || sha256 !== wheel.sha256) return undefined;
  if (typeof bytes !== "object" || bytes === null) return undefined;
  const count = new Map<string, unknown>(Object.entries(bytes)).get(name);
  return typeof count === "number" ? count : undefined;
}
