import { readableBytes } from "../figures/readable.ts";
import { decimals } from "../figures/statistics.ts";
import type { MemoryBasis, MemoryProfileRow } from "../results/memory_row.ts";
import { columns, NOTHING, type TableBlock } from "./document.ts";

/** One step with its rows on all bases. */
interface StepRows {
  readonly first: MemoryProfileRow;
  readonly on: (basis: MemoryBasis) => MemoryProfileRow | undefined;
}

/**
 * The published memory of each step, that of its formulas in the paper's stack, and ours: planned, or
 * else estimated. The differences are from what is published; ours and the paper's stack are never mixed.
 */
export function memoryTable(rows: readonly MemoryProfileRow[]): TableBlock {
  return {
    kind: "table",
    columns: [
      ...columns("left", "step", "model"),
      ...columns("right", "published", "as the paper's stack", "difference"),
      ...columns("right", "ours", "difference"),
      ...columns("left", "ours is"),
    ],
    rows: stepsOf(rows).map(({ first, on }) => {
      const stack = on("paper-stack");
      const ours = on("planned") ?? on("estimated");
      const { published_bytes: published } = first;
      return [
        first.label,
        first.model,
        publishedText(first),
        stack ? readableBytes(stack.total_bytes) : NOTHING,
        percentText(stack?.total_bytes, published),
        ours ? readableBytes(ours.total_bytes) : NOTHING,
        percentText(ours?.total_bytes, published),
        ours?.basis ?? NOTHING,
      ];
    }),
    caption:
      "Binary units; what a paper prints in GB of 10^9 bytes is converted. As the paper's stack: " +
      "the sizes of the tensors that eager PyTorch holds at the height of the step, all gradients at " +
      "once. Ours: the compiled step. Differences are relative to what is published.",
  };
}

/** By class, a column each, of one basis. */
export function memoryClassTable(
  rows: readonly MemoryProfileRow[],
  basis: MemoryBasis,
): TableBlock {
  return {
    kind: "table",
    columns: [
      ...columns("left", "step", "model"),
      ...columns("right", "frozen weights", "trainable", "gradients", "optimizer"),
      ...columns("right", "activations", "intermediates", "other", "total"),
    ],
    rows: rows.filter((row) => row.basis === basis).map((row) => [
      row.label,
      row.model,
      ...[
        row.frozen_weights,
        row.trainable,
        row.gradients,
        row.optimizer,
        row.activations,
        row.intermediates,
        row.other,
        row.total_bytes,
      ].map((bytes) => bytes === null ? NOTHING : bytes === 0 ? "0" : readableBytes(bytes)),
    ]),
  };
}

function stepsOf(rows: readonly MemoryProfileRow[]): StepRows[] {
  const key = ({ label, model, recompute, batch, seq, rank }: MemoryProfileRow) =>
    JSON.stringify([label, model, recompute, batch, seq, rank]);
  return [...Map.groupBy(rows, key).values()].flatMap((own) => {
    const [first] = own;
    return first ? [{ first, on: (basis) => own.find((row) => row.basis === basis) }] : [];
  });
}

function publishedText({ published_bytes, published_status }: MemoryProfileRow): string {
  if (published_bytes !== null) return readableBytes(published_bytes);
  if (published_status === "oom") return "out of memory";
  return published_status === null ? NOTHING : published_status.replaceAll("-", " ");
}

function percentText(bytes: number | undefined, published: number | null): string {
  if (bytes === undefined || published === null) return NOTHING;
  const percent = 100 * (bytes / published - 1);
  return `${percent > 0 ? "+" : ""}${decimals(percent, 1)} %`;
}
