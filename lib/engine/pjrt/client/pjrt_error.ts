// The names of the status codes that every plugin uses.
const CODES: Readonly<Record<number, string>> = {
  1: "cancelled",
  2: "unknown",
  3: "invalid argument",
  4: "deadline exceeded",
  5: "not found",
  6: "already exists",
  7: "permission denied",
  8: "out of memory",
  9: "failed precondition",
  10: "aborted",
  11: "out of range",
  12: "unimplemented",
  13: "internal",
  14: "unavailable",
  15: "data loss",
  16: "unauthenticated",
};

/** What failed in a plugin. */
export interface PjrtFailure extends ErrorOptions {
  /** The status, as a number of the plugin or in words. */
  readonly code: number | string;
  /** The function of PJRT that failed, for example `Client_Compile`. */
  readonly call: string;
}

/** An error that a plugin reported, or a plugin that cannot be used. */
export class PjrtError extends Error {
  override readonly name = "PjrtError";

  /** The status in words, for example `out of memory`. */
  readonly code: string;

  /** The function of PJRT that failed, for example `Client_Compile`. */
  readonly call: string;

  /** Makes the error of a failed call. */
  constructor(message: string, failure: PjrtFailure) {
    const { code, call, ...rest } = failure;
    super(message, rest);
    this.code = typeof code === "string" ? code : CODES[code] ?? `status ${code}`;
    this.call = call;
  }

  /** The same failure, with what was tried before its message and more after it. */
  within(what: string, more = ""): PjrtError {
    const { code, call } = this;
    const message = `${what}: ${code}: ${this.message}${more}`;
    return new PjrtError(message, { code, call, cause: this });
  }
}
