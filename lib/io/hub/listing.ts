import { FileFormatError, quoted } from "../errors.ts";
import { isSafePath } from "./safe_path.ts";

/** One file of a repository at a commit. */
export interface HubFile {
  /** The path in the repository, with `/`. */
  readonly path: string;
  /** Its size, bytes. */
  readonly size: number;
  /** What its content must hash to: large files by sha256, others as git does it. */
  readonly hash: { readonly kind: "sha256" | "git"; readonly hex: string };
}

/** Far above any model: the largest have some hundred files. */
const MAX_FILES = 10_000;

/**
 * Checks a list of files that came from the hub or from the cache.
 *
 * @param source What the list was read from, for messages.
 * @throws {FileFormatError} If an entry has another form, a path leads out of its folder, or two paths
 * are the same on a system that ignores case.
 */
export function checkListing(list: unknown, source: string): HubFile[] {
  if (!Array.isArray(list) || list.length > MAX_FILES) {
    throw problem(source, { expected: `a list of at most ${MAX_FILES} files`, found: "another" });
  }
  const files = list.map((entry) => checkFile(entry, source));
  const seen = new Set<string>();
  for (const { path } of files) {
    const folded = path.normalize("NFC").toLowerCase();
    if (seen.has(folded)) {
      throw problem(source, { expected: "paths that differ", found: `${quoted(path)} twice` });
    }
    seen.add(folded);
  }
  return files;
}

/** The bytes of files together. */
export function sumOfSizes(files: readonly HubFile[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}

function checkFile(entry: unknown, source: string): HubFile {
  const { path, size, hash } = record(entry);
  const { kind, hex } = record(hash);
  if (typeof path !== "string" || !isSafePath(path)) {
    throw problem(source, { expected: "a path within its folder", found: quoted(`${path}`) });
  }
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw problem(source, { expected: `a size of ${quoted(path)}`, found: quoted(`${size}`) });
  }
  const digits = kind === "sha256" ? 64 : kind === "git" ? 40 : NaN;
  if (typeof hex !== "string" || hex.length !== digits || !/^[0-9a-f]+$/.test(hex)) {
    throw problem(source, { expected: `a hash of ${quoted(path)}`, found: quoted(`${hex}`) });
  }
  return { path, size, hash: { kind: kind === "git" ? "git" : "sha256", hex } };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function problem(source: string, { expected, found }: { expected: string; found: string }) {
  return new FileFormatError(source, { where: "list of files", expected, found });
}
