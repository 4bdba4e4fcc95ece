import { FileFormatError } from "../errors.ts";
import { guardedFetch } from "./guarded_fetch.ts";
import { checkListing, type HubFile } from "./listing.ts";
import { type HubName, isCommit } from "./name.ts";

/** How to reach the hub. */
export interface HubClientOptions {
  /** The hub's address; by default that of the hub library. */
  hubUrl?: string;
  /** A token for private or gated repositories, `hf_…`. */
  accessToken?: string;
}

/** The answers of the hub that name files, not the files: far above the largest in use. */
const MAX_ANSWER_BYTES = 64 << 20;

/** Asks the hub for commits and lists of files, through its own client library. */
export class HubClient {
  #hub: typeof import("@huggingface/hub");
  #hubUrl: string;
  #accessToken: string | undefined;

  /** Loads the hub library, which takes a tenth of a second, only when it is needed. */
  static async create(options: HubClientOptions): Promise<HubClient> {
    return new HubClient(await import("@huggingface/hub"), options);
  }

  private constructor(
    hub: typeof import("@huggingface/hub"),
    { hubUrl = hub.HUB_URL, accessToken }: HubClientOptions,
  ) {
    this.#hub = hub;
    this.#hubUrl = hubUrl.replace(/\/+$/, "");
    this.#accessToken = accessToken;
  }

  /** Returns the commit that a branch or tag stands at. */
  async commit(repo: HubName): Promise<string> {
    const { kind, name, revision } = repo;
    const params = { ...this.#params(), name, revision };
    const { sha } = kind === "model"
      ? await this.#hub.modelInfo({ ...params, additionalFields: ["sha"] })
      : await this.#hub.datasetInfo({ ...params, additionalFields: ["sha"] });
    if (typeof sha === "string" && isCommit(sha)) return sha;
    throw new FileFormatError(`${name}@${revision}`, {
      where: "commit",
      expected: "40 hexadecimal digits",
      found: JSON.stringify(sha)?.slice(0, 80) ?? "none",
    });
  }

  /** Returns all files of a commit, with sizes and hashes. */
  async files({ kind, name }: HubName, commit: string): Promise<HubFile[]> {
    const files: unknown[] = [];
    const repo = { type: kind, name };
    const params = { ...this.#params(), repo, revision: commit, recursive: true };
    for await (const { type, path, size, oid, lfs } of this.#hub.listFiles(params)) {
      if (type !== "file") continue;
      const hash = lfs ? { kind: "sha256", hex: lfs.oid } : { kind: "git", hex: oid };
      files.push({ path, size, hash });
    }
    return checkListing(files, `${name}@${commit}`);
  }

  /** The address of a file's content. */
  fileUrl({ kind, name }: HubName, { commit, path }: { commit: string; path: string }): string {
    const folder = kind === "dataset" ? "datasets/" : "";
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    return `${this.#hubUrl}/${folder}${name}/resolve/${commit}/${encoded}`;
  }

  /** The `fetch` for contents. */
  get fetch(): typeof fetch {
    return guardedFetch({ authorizedOrigin: new URL(this.#hubUrl).origin });
  }

  /** The headers for contents. */
  get headers(): Record<string, string> {
    return this.#accessToken ? { Authorization: `Bearer ${this.#accessToken}` } : {};
  }

  #params() {
    const authorizedOrigin = new URL(this.#hubUrl).origin;
    const fetch = guardedFetch({ authorizedOrigin, maxBytes: MAX_ANSWER_BYTES });
    const token = this.#accessToken ? { accessToken: this.#accessToken } : {};
    return { hubUrl: this.#hubUrl, fetch, ...token };
  }
}
