import type { SourceReport } from "./tensorflow_library.ts";

/** Options for {@linkcode LibraryUnavailableError}. */
export interface LibraryUnavailableErrorOptions extends ErrorOptions {
  /** What the search said of each source before it gave up. */
  reasons?: readonly SourceReport[];
}

/**
 * TensorFlow's library is not on this machine and could not be fetched.
 *
 * The message is one sentence and names the remedy. Callers catch it to fall back to another backend.
 */
export class LibraryUnavailableError extends Error {
  override name = "LibraryUnavailableError";
  /** What the search said of each source before it gave up. */
  readonly reasons: readonly SourceReport[];

  constructor(message: string, options: LibraryUnavailableErrorOptions = {}) {
    const { reasons = [], ...rest } = options;
    super(message, rest);
    this.reasons = reasons;
  }
}
