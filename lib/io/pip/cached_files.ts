import { join } from "node:path";
import { type Attempt, type LibraryFolder, libraryNames } from "./library_folder.ts";
import { isMissing } from "./storage_fault.ts";
import { type Wheel, wheelFile } from "./wheels.ts";

/** The file that makes a folder of the cache valid; it is written last. */
export const manifestName = "manifest.json";

/** What the manifest says. */
export interface LibraryManifest {
  /** The version of this format. */
  readonly schema: 1;
  /** The wheel's file name. */
  readonly wheel: string;
  /** The wheel's SHA-256. */
  readonly sha256: string;
  /** The size of each library in bytes. */
  readonly bytes: Readonly<Record<string, number>>;
}

/** Returns the folder that holds the libraries of a wheel, below the cache folder. */
export function cachedLibraryFolder(cacheDir: string, wheel: Wheel): string {
  return join(cacheDir, "tensorflow", `${wheel.package}-${wheel.version}-${wheel.platform}`);
}

/** Looks whether the cache holds the libraries of a wheel, whole. */
export async function findCachedLibrary(
  cacheDir: string,
  wheel: Wheel,
): Promise<Attempt<LibraryFolder>> {
  const folder = cachedLibraryFolder(cacheDir, wheel);
  const manifest = await readManifest(join(folder, manifestName));
  if (manifest === undefined) return { reason: `${cacheDir} does not hold it yet` };
  const names = libraryNames(wheel.os);
  for (const name of [names.core, names.framework]) {
    const expected = expectedBytes(manifest, wheel, name);
    const actual = await fileBytes(join(folder, name));
    if (expected === undefined || actual !== expected) {
      return { reason: `${folder} is damaged: ${name} has ${actual} bytes, not ${expected}` };
    }
  }
  return {
    found: {
      core: join(folder, names.core),
      framework: join(folder, names.framework),
      package: wheel.package,
      version: wheel.version,
      cuda: wheel.cuda,
    },
  };
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
  wheel: Wheel,
  name: string,
): number | undefined {
  const { schema, wheel: file, sha256, bytes } = manifest;
  if (schema !== 1 || file !== wheelFile(wheel) || sha256 !== wheel.sha256) return undefined;
  if (typeof bytes !== "object" || bytes === null) return undefined;
  const count = new Map<string, unknown>(Object.entries(bytes)).get(name);
  return typeof count === "number" ? count : undefined;
}

async function fileBytes(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
