/** Exit codes of runs that a signal stopped, as shells have them. */
const EXIT_CODES = [["SIGINT", 130], ["SIGTERM", 143]] as const;

/** A signal that Ctrl-C or a request to end aborts. */
export interface Interruptible extends Disposable {
  readonly signal: AbortSignal;
  /** How the process should end after the signal that came; of Ctrl-C, where none did. */
  readonly exitCode: number;
}

/**
 * Turns the first Ctrl-C (SIGINT) or SIGTERM into an abort signal; the second ends the process at once.
 *
 * @param notice What the user is told after the first one.
 */
export function interruptible(notice: string): Interruptible {
  const controller = new AbortController();
  let exitCode: number = EXIT_CODES[0][1];
  const handlers = EXIT_CODES.map(([name, code]) => {
    const handler = () => {
      if (controller.signal.aborted) Deno.exit(code);
      exitCode = code;
      Deno.stderr.writeSync(new TextEncoder().encode(`\n${notice}\n`));
      controller.abort();
    };
    Deno.addSignalListener(name, handler);
    return { name, handler };
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]: () => {
      for (const { name, handler } of handlers) Deno.removeSignalListener(name, handler);
    },
  };
}
