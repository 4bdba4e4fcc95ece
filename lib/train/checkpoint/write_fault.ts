import { errorCode } from "../../io/system_error.ts";

/** What could not be written. */
export interface WriteTask {
  readonly step: number;
  /** The folder of the checkpoints. */
  readonly folder: string;
  /** Counts the bytes of the tensors. */
  readonly bytes: () => number;
}

const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

// Deno gives some errors no code, a file above a limit (EFBIG) among them: their text must do.
const FULL_TEXT = /^(?:No space left on device|Disk quota exceeded|File too large)/;
const SYSTEM_TEXT = /\(os error \d+\)/;

/** Turns the system's error into one that says what failed, where, and what to do; others stay as they are. */
export function writeFault(error: unknown, { step, folder, bytes }: WriteTask): unknown {
  if (!(error instanceof Error) || !isSystemError(error)) return error;
  const what = `Cannot write the checkpoint of step ${step} into ${JSON.stringify(folder)}`;
  const stays = "the checkpoints before it stay";
  if (!isFull(error)) return new Error(`${what}: ${error.message}; ${stays}`, { cause: error });
  const megabytes = Math.max(0.1, bytes() / 1e6).toFixed(1);
  return new Error(
    `${what}: the disk is full, or a limit is reached: free ${megabytes} MB there; ${stays}`,
    { cause: error },
  );
}

function isFull(error: Error): boolean {
  return FULL.has(errorCode(error) ?? "") || FULL_TEXT.test(error.message);
}

function isSystemError(error: Error): boolean {
  return errorCode(error) !== undefined || SYSTEM_TEXT.test(error.message);
}
