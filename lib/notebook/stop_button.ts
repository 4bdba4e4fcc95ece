import { requireNotebook } from "./require_notebook.ts";

/** A notebook's stop button, as the cells see it. */
export interface StopButton {
  /** Aborted by the next press; after one it is another, so read it in the cell that is to stop. */
  readonly signal: AbortSignal;
}

/** How {@linkcode stopButton} hears of the button. */
export type ListenForStop = (onStop: () => void) => void;

let pressed: AbortController | undefined;

/**
 * Makes the notebook's stop button stop training and sweeps instead of the kernel: give them its signal.
 *
 * The button sends the kernel an interrupt, which ends it with all variables unless somebody listens. From
 * the first call on, a press aborts the signal: a run ends after the step that is running. Cells that
 * know no signal go on to their end.
 *
 * @example
 * ```ts ignore
 * const stop = stopButton();
 * for await (const event of train({ ...run, signal: stop.signal })) …
 * ```
 *
 * @param listen Hears of interrupts; by default of those that the notebook's kernel gets.
 * @throws {Error} If this is no Deno notebook.
 */
export function stopButton(listen: ListenForStop = listenInNotebook): StopButton {
  if (!pressed) {
    listen(() => pressed?.abort(new DOMException("Stopped by the stop button", "AbortError")));
    pressed = new AbortController();
  }
  return BUTTON;
}

const BUTTON: StopButton = {
  get signal() {
    if (!pressed || pressed.signal.aborted) pressed = new AbortController();
    return pressed.signal;
  },
};

function listenInNotebook(onStop: () => void): void {
  requireNotebook("make a stop button");
  Deno.addSignalListener("SIGINT", onStop);
}
