/** How far a fetch has come. */
export interface FetchProgress {
  /** `wait` for another process, `download`, `verify` the hash, `unpack` the files. */
  readonly phase: "wait" | "download" | "verify" | "unpack";
  /** The bytes done in this phase. */
  readonly done: number;
  /** The bytes of the whole phase, if known. */
  readonly total: number | undefined;
  /** What `done` and `total` count. */
  readonly unit: "bytes";
}

/** What every step of a fetch takes. */
export interface FetchStepOptions {
  /** Called from time to time, and at the end of each phase. */
  onProgress?: ((progress: FetchProgress) => void) | undefined;
  /** Ends the fetch; its reason is then thrown. */
  signal?: AbortSignal | undefined;
}
