import { CachedRepo, type CachedRepoOptions } from "./hub/cached_repo.ts";
import { type HubFile, sumOfSizes } from "./hub/listing.ts";
import { isModelFile } from "./hub/model_files.ts";
import { isCommit, parseHubName } from "./hub/name.ts";

/** Options for {@linkcode downloadSnapshot}. */
export interface DownloadSnapshotOptions extends CachedRepoOptions {
  /** Chooses files by their path; by default {@linkcode isModelFile}. */
  select?: (path: string) => boolean;
  /** The most bytes that the chosen files may have; by default 256 GiB. */
  maxBytes?: number;
}

/** Files of a repository at one commit, on disk. */
export interface Snapshot {
  /** The folder that holds them under their paths. */
  readonly folder: string;
  /** The full hash of the commit. */
  readonly commit: string;
  /** The paths of the chosen files. */
  readonly files: readonly string[];
}

/** Weights of 70 billion parameters in float32 take 260 GiB; more is a mistake on most disks. */
const MAX_BYTES = 256 * 2 ** 30;

/**
 * Brings files of a repository on the hub into the cache and returns where they are.
 *
 * The revision is resolved to a commit first, so all files belong together, and each is checked by its
 * hash. What is in the cache is not asked for again: a commit whose files are there needs no network.
 *
 * @example Bring a model
 * ```ts ignore
 * import { downloadSnapshot } from "./hub.ts";
 *
 * const { folder, commit } = await downloadSnapshot("HuggingFaceTB/SmolLM2-135M@main");
 * ```
 *
 * @param text `owner/name`, `owner/name@revision`, or either behind `datasets/`.
 * @throws {SyntaxError} If the text has another form.
 * @throws {RangeError} If no file is chosen, or the chosen ones are too large together.
 * @throws {Deno.errors.NotFound} If something is not in the cache and offline mode is on.
 * @throws {FileFormatError} If the hub or the cache answers something else than the rules allow, or a
 * file's content does not have its hash.
 */
export async function downloadSnapshot(
  text: string,
  options: DownloadSnapshotOptions = {},
): Promise<Snapshot> {
  const repo = parseHubName(text);
  const cached = new CachedRepo(repo, options);
  const commit = isCommit(repo.revision) ? repo.revision : await cached.commit();
  const all = await cached.files(commit);
  const files = all.filter(({ path }) => (options.select ?? isModelFile)(path));
  checkSelection(files, { text, maxBytes: options.maxBytes ?? MAX_BYTES });
  await cached.fetchAll(commit, files);
  return { folder: cached.folder(commit), commit, files: files.map(({ path }) => path) };
}

function checkSelection(
  files: readonly HubFile[],
  { text, maxBytes }: { text: string; maxBytes: number },
): void {
  if (files.length === 0) throw new RangeError(`No file of "${text}" is one to download`);
  const bytes = sumOfSizes(files);
  if (bytes <= maxBytes) return;
  throw new RangeError(
    `Files of "${text}" have ${bytes} bytes, more than 'maxBytes': current value is ${maxBytes}`,
  );
}
