import { isDiskFull, isSystemError } from "../../io/system_error.ts";

/** What could not be written. */
export interface WriteTask {
  readonly step: number;
  /** The folder of the checkpoints. */
  readonly folder: string;
  /** Counts the bytes of the tensors. */
  readonly bytes: () => number;
}

/** Turns the system's error into one that says what failed, where, and what to do; others stay as they are. */
export function writeFault(error: unknown, { step, folder, bytes }: WriteTask): unknown {
  if (!isSystemError(error)) return error;
  const what = `Cannot write the checkpoint of step ${step} into ${JSON.stringify(folder)}`;
  const stays = "the checkpoints before it stay";
  if (!isDiskFull(error)) return new Error(`${what}: ${error.message}; ${stays}`, { cause: error });
  const megabytes = Math.max(0.1, bytes() / 1e6).toFixed(1);
  return new Error(
    `${what}: the disk is full, or a limit is reached: free ${megabytes} MB there; ${stays}`,
    { cause: error },
  );
}
