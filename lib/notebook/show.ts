import type { Figure } from "../figures/figure.ts";
import { figureMime } from "../figures/render/figure_mime.ts";
import { type Block, blockMarkdown, type Section } from "../report/mod.ts";
import { type Missing, MISSING_METADATA } from "./missing.ts";
import type { MimeBundle } from "./notebook.ts";
import { requireNotebook } from "./require_notebook.ts";
import { tableMime, type TableRow } from "./table_mime.ts";

/** Sends a message to the front end, as `Deno.jupyter.broadcast` does. */
export type ShowBroadcast = (type: string, content: Record<string, unknown>) => Promise<void>;

/** What {@linkcode show} can show: a figure, rows as a table, parts of a report, or what is missing. */
export type Showable = Figure | readonly TableRow[] | Block | Section | Missing;

/** Options for {@linkcode show}. */
export interface ShowOptions {
  /** Sends the message; by default the notebook's. */
  readonly broadcast?: ShowBroadcast;
}

// The kernel tears messages that are much larger.
const LARGEST_BYTES = 2e6;

/**
 * Shows a figure, a table or parts of a report in a Deno notebook, and returns when it is safe there: the
 * last value of a cell can be lost when all cells are run at once. Write `await show(figure);` with the
 * semicolon.
 *
 * @throws {RangeError} If it is above 2 MB, which a notebook's kernel cannot send safely.
 * @throws {Error} If this is no Deno notebook.
 */
export async function show(value: Showable, options: ShowOptions = {}): Promise<void> {
  const broadcast = options.broadcast ?? requireNotebook("show anything").broadcast;
  for (const { data, metadata } of await outputsOf(value)) {
    const bytes = JSON.stringify(data).length;
    if (bytes > LARGEST_BYTES) throw tooLarge(bytes);
    await broadcast("display_data", { data, metadata, transient: {} });
    // The kernel says that a cell is done before its queue of messages is empty.
    await new Promise((resolve) => setTimeout(resolve, 20 + bytes / 20_000));
  }
}

interface ShownOutput {
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, unknown>>;
}

async function outputsOf(value: Showable): Promise<ShownOutput[]> {
  if ("missing" in value) {
    return [{ data: { "text/plain": value.missing }, metadata: MISSING_METADATA }];
  }
  if ("layout" in value) return [{ data: { ...await figureMime(value) }, metadata: {} }];
  if ("kind" in value) {
    return value.kind === "figure" ? await outputsOf(value.figure) : [part(value)];
  }
  if ("blocks" in value) return (await Promise.all(value.blocks.map(outputsOf))).flat();
  return [{ data: { ...tableMime(value) }, metadata: {} }];
}

// All notebook readers know Markdown, and show no scripts in it.
function part(block: Block): ShownOutput {
  const text = blockMarkdown(block);
  return { data: { "text/markdown": text, "text/plain": text }, metadata: {} };
}

function tooLarge(bytes: number): RangeError {
  const megabytes = (bytes / 1e6).toFixed(1);
  return new RangeError(
    `Cannot show a table of ${megabytes} MB in a notebook, 2 MB is the most: show fewer rows`,
  );
}
