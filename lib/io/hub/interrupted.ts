/** A try failed in a way that another try may mend; `cause` is what went wrong. */
export class Interrupted extends Error {
  override name = "Interrupted";

  /** Keeps what went wrong. */
  constructor(cause: unknown) {
    super("A download was interrupted", { cause });
  }
}

/** Runs a step of a download, and turns the loss of a connection into {@linkcode Interrupted}. */
export async function orInterrupted<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw isLostConnection(error) ? new Interrupted(error) : error;
  }
}

function isLostConnection(error: unknown): boolean {
  const { BrokenPipe, ConnectionAborted, ConnectionReset, Http, TimedOut, UnexpectedEof } =
    Deno.errors;
  return [TypeError, BrokenPipe, ConnectionAborted, ConnectionReset, Http, TimedOut, UnexpectedEof]
    .some((kind) => error instanceof kind);
}
