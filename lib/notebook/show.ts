import type { Figure } from "../figures/figure.ts";
import { figureMime } from "../figures/render/figure_mime.ts";
import { tableMime, type TableRow } from "./table_mime.ts";

/** Sends a message to the front end, as `Deno.jupyter.broadcast` does. */
export type ShowBroadcast = (type: string, content: Record<string, unknown>) => Promise<void>;

/** Options for {@linkcode show}. */
export interface ShowOptions {
  /** Sends the message; by default the notebook's. */
  readonly broadcast?: ShowBroadcast;
}

// The kernel tears messages that are much larger.
const LARGEST_BYTES = 2e6;

/**
 * Shows a figure or a table in a Deno notebook, and returns when it is safe there: the last value of a
 * cell can be lost when all cells are run at once. Write `await show(figure);` with the semicolon.
 *
 * @throws {RangeError} If it is above 2 MB, which a notebook's kernel cannot send safely.
 * @throws {Error} If this is no Deno notebook.
 */
export async function show(
  value: Figure | readonly TableRow[],
  options: ShowOptions = {},
): Promise<void> {
  const broadcast = options.broadcast ?? notebookBroadcast();
  const data = "layout" in value ? await figureMime(value) : tableMime(value);
  const bytes = JSON.stringify(data).length;
  if (bytes > LARGEST_BYTES) {
    throw new RangeError(
      `Cannot show a table of ${
        (bytes / 1e6).toFixed(1)
      } MB in a notebook, 2 MB is the most: show fewer rows`,
    );
  }
  await broadcast("display_data", { data, metadata: {}, transient: {} });
  // The kernel says that a cell is done before its queue of messages is empty.
  await new Promise((resolve) => setTimeout(resolve, 20 + bytes / 20_000));
}

function notebookBroadcast(): ShowBroadcast {
  try {
    // Outside a notebook the namespace throws when it is read.
    return Deno.jupyter.broadcast;
  } catch (cause) {
    throw new Error("Cannot show anything here: this program does not run in a Deno notebook", {
      cause,
    });
  }
}
