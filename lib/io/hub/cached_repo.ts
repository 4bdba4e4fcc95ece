import { dirname, join } from "node:path";
import { writeFileAtomic } from "../atomic.ts";
import { cacheFolder } from "../cache_folder.ts";
import { isOffline } from "../environment.ts";
import { FileFormatError } from "../errors.ts";
import { fileSize } from "../file_size.ts";
import { HubClient, type HubClientOptions } from "./client.ts";
import { checkListing, type HubFile, sumOfSizes } from "./listing.ts";
import { type HubName, isCommit } from "./name.ts";
import { downloadResumable } from "./resumable_download.ts";

/** How far a download is. */
export interface DownloadProgress {
  /** The file that is coming. */
  readonly path: string;
  /** The bytes of all files that are there. */
  readonly bytes: number;
  /** The bytes of all files. */
  readonly totalBytes: number;
}

/** Options for {@linkcode CachedRepo}. */
export interface CachedRepoOptions extends HubClientOptions {
  /** The cache; by default {@linkcode cacheFolder}. */
  cache?: string;
  /** Uses the cache only; by default true if the environment has `QATLAB_OFFLINE=1`. */
  offline?: boolean;
  /** Called after each piece, many times a second. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Stops the download; what has come stays for the next time. */
  signal?: AbortSignal;
  /** The pause before a lost connection is tried again, ms; it doubles each time. By default 500. */
  retryDelay?: number;
}

/** A repository's part of the cache: `refs/REVISION`, `snapshots/COMMIT.json`, `snapshots/COMMIT/PATH`. */
export class CachedRepo {
  #repo: HubName;
  #root: string;
  #offline: boolean;
  #options: CachedRepoOptions;
  #client: Promise<HubClient> | undefined;

  /** Reads nothing yet. */
  constructor(repo: HubName, options: CachedRepoOptions) {
    this.#repo = repo;
    this.#options = options;
    this.#offline = options.offline ?? isOffline();
    const name = `${repo.kind}s--${repo.name.replace("/", "--")}`;
    this.#root = join(options.cache ?? cacheFolder(), "hub", name);
  }

  /** The folder of a commit's files. */
  folder(commit: string): string {
    return join(this.#root, "snapshots", commit);
  }

  /** The commit at which the repository's branch or tag stands. */
  async commit(): Promise<string> {
    const path = join(this.#root, "refs", encodeURIComponent(this.#repo.revision));
    if (this.#offline) return checkedCommit(await this.#readCached(path), path);
    const commit = await (await this.#hub()).commit(this.#repo);
    await Deno.mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, `${commit}\n`);
    return commit;
  }

  /** All files of a commit, whether they are in the cache or not. */
  async files(commit: string): Promise<HubFile[]> {
    const path = `${this.folder(commit)}.json`;
    if (this.#offline || await fileSize(path) !== undefined) {
      return checkListing(parseJson(await this.#readCached(path), path), path);
    }
    const files = await (await this.#hub()).files(this.#repo, commit);
    await Deno.mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, JSON.stringify(files, null, 1));
    return files;
  }

  /** Brings files of a commit into the cache. */
  async fetchAll(commit: string, files: readonly HubFile[]): Promise<void> {
    const { onProgress } = this.#options;
    const totalBytes = sumOfSizes(files);
    let done = 0;
    for (const file of files) {
      const { path } = file;
      const onBytes = (bytes: number) => onProgress?.({ path, bytes: done + bytes, totalBytes });
      await this.#fetchOne(commit, { file, onBytes });
      done += file.size;
      onBytes(0);
    }
  }

  async #fetchOne(
    commit: string,
    { file, onBytes }: { file: HubFile; onBytes: (bytes: number) => void },
  ): Promise<void> {
    const target = join(this.folder(commit), file.path);
    if (await fileSize(target) === file.size) return;
    if (this.#offline) throw this.#notCached(target);
    await Deno.mkdir(dirname(target), { recursive: true });
    const hub = await this.#hub();
    const { signal, retryDelay } = this.#options;
    await downloadResumable(hub.fileUrl(this.#repo, { commit, path: file.path }), {
      file,
      target,
      fetch: hub.fetch,
      headers: hub.headers,
      onBytes,
      ...(signal && { signal }),
      ...(retryDelay !== undefined && { retryDelay }),
    });
  }

  #hub(): Promise<HubClient> {
    return this.#client ??= HubClient.create(this.#options);
  }

  async #readCached(path: string): Promise<string> {
    try {
      return await Deno.readTextFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw this.#notCached(path);
      throw error;
    }
  }

  #notCached(path: string): Error {
    const { name, revision } = this.#repo;
    return new Deno.errors.NotFound(
      `"${name}@${revision}" is not in the cache and offline mode is on: expected "${path}"; ` +
        "run once with a network",
    );
  }
}

function checkedCommit(text: string, path: string): string {
  const commit = text.trim();
  if (isCommit(commit)) return commit;
  const found = JSON.stringify(commit.slice(0, 80));
  throw new FileFormatError(path, { where: "commit", expected: "40 hexadecimal digits", found });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = { where: "list of files", expected: "JSON", found: "another text" };
    throw new FileFormatError(path, problem, { cause });
  }
}
