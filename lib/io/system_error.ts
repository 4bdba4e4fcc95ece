/** Returns the system's code of an error, e.g. `ENOSPC`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether an error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR";
}

// Deno gives some errors no code, a file above a limit (EFBIG) among them: their text must do.
const SYSTEM_TEXT = /\(os error \d+\)/;
const FULL_TEXT = /^(?:No space left on device|Disk quota exceeded|File too large)/;
const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Whether an error comes from the system, and not from a program's own checks. */
export function isSystemError(error: unknown): error is Error {
  return errorCode(error) !== undefined ||
    (error instanceof Error && SYSTEM_TEXT.test(error.message));
}

/** Whether an error says that the disk is full, or a quota or limit reached. */
export function isDiskFull(error: unknown): boolean {
  return FULL.has(errorCode(error) ?? "") ||
    (error instanceof Error && FULL_TEXT.test(error.message));
}
