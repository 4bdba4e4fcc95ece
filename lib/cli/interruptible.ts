/** Exit code of a run that was stopped by Ctrl-C, as shells have it. */
export const INTERRUPTED = 130;

const TERMINATED = 143;

/** A signal that Ctrl-C or a request to end aborts. */
export interface Interruptible extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Turns the first Ctrl-C (SIGINT) or SIGTERM into an abort signal; the second ends the process at once.
 *
 * @param notice What the user is told after the first one.
 */
export function interruptible(notice: string): Interruptible {
  const controller = new AbortController();
  const handlers = ([["SIGINT", INTERRUPTED], ["SIGTERM", TERMINATED]] as const).map(
    ([name, code]) => {
      const handler = () => {
        if (controller.signal.aborted) Deno.exit(code);
        Deno.stderr.writeSync(new TextEncoder().encode(`\n${notice}\n`));
        controller.abort();
      };
      Deno.addSignalListener(name, handler);
      return { name, handler };
    },
  );
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const { name, handler } of handlers) Deno.removeSignalListener(name, handler);
    },
  };
}
