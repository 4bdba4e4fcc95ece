import type { MemoryProfileRow } from "../results/memory_row.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { memoryBars, type MemoryRow } from "./memory_bars.ts";

/** Options for {@linkcode memoryProfileBars}. */
export interface MemoryProfileBarsOptions extends FigureOptions {
  /** A card's memory, drawn as a line with its name. */
  card?: { readonly name: string; readonly bytes: number };
}

/**
 * The memory of training steps by class, a stack for each row, with the published totals beside: LR-QAT's
 * Fig. 1 with its six bars, where the rows are those. Rows of several bases are not to be mixed unless
 * their labels tell them apart; of several models each bar names its own.
 */
export function memoryProfileBars(
  rows: readonly MemoryProfileRow[],
  { card, ...options }: MemoryProfileBarsOptions = {},
): Figure {
  const isOneModel = new Set(rows.map(({ model }) => model)).size === 1;
  const labelOf = ({ model, label }: MemoryProfileRow) => isOneModel ? label : `${model}: ${label}`;
  return memoryBars(rows.map((row) => barOf(row, labelOf(row))), {
    ...options,
    ...(card && { limit: card.bytes, limitLabel: card.name }),
  });
}

function barOf(row: MemoryProfileRow, label: string): MemoryRow {
  return {
    method: row.method,
    label,
    published: row.published_bytes,
    bytes: {
      "frozen weights": row.frozen_weights,
      "trainable": row.trainable,
      "gradients": row.gradients,
      "optimizer": row.optimizer,
      "activations": row.activations,
      "intermediates": row.intermediates,
      "other": row.other,
    },
  };
}
