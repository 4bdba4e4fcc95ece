import { memoryProfileBars } from "../figures/memory_profile_bars.ts";
import type { MemoryBasis, MemoryProfileRow } from "../results/memory_row.ts";
import type { Block, ReportDocument } from "./document.ts";
import { memoryClassTable, memoryTable } from "./memory_table.ts";

/** What a report of memory is made of. */
export interface MemoryReportData {
  readonly name: string;
  /** What it shows, in one line. */
  readonly about: string;
  /** What to cite where it does a published table again. */
  readonly source?: string;
  /** What is assumed where the source does not say, and what differs from it. */
  readonly notes: readonly string[];
  readonly rows: readonly MemoryProfileRow[];
  /** The command that makes it. */
  readonly command: string;
  /** A card whose memory the figures show. */
  readonly card?: { readonly name: string; readonly bytes: number };
}

/** Stacks that a figure can hold and still be read. */
const MOST_BARS = 12;

/** The report of a study of memory: published, as the paper's stack, ours, and by class. */
export function memoryDocument(data: MemoryReportData): ReportDocument {
  const { name, about, source, notes, rows, command } = data;
  const ours: MemoryBasis = rows.some(({ basis }) => basis === "planned") ? "planned" : "estimated";
  return {
    title: `Memory: ${name}`,
    about,
    sections: [
      {
        title: source === undefined ? "Memory of a step" : "Against the paper",
        blocks: [
          ...(source === undefined
            ? []
            : [{ kind: "text", text: `Numbers of ${source}.` } as const]),
          memoryTable(rows),
        ],
      },
      { title: "As the paper's stack, by class", blocks: classBlocks(data, "paper-stack") },
      { title: `Ours (${ours}), by class`, blocks: classBlocks(data, ours) },
      ...(notes.length > 0
        ? [{ title: "What is assumed", blocks: [{ kind: "list", items: notes } as const] }]
        : []),
      { title: "Where it comes from", blocks: [{ kind: "code", text: command }] },
    ],
  };
}

function classBlocks({ rows, card }: MemoryReportData, basis: MemoryBasis): Block[] {
  const own = rows.filter((row) => row.basis === basis);
  const table = memoryClassTable(rows, basis);
  if (own.length === 0 || own.length > MOST_BARS || own.every((row) => row.activations === null)) {
    return [table];
  }
  const what = basis === "paper-stack" ? "as the paper's stack" : `ours, ${basis}`;
  const title = `Memory of a training step, ${what}`;
  const figure = memoryProfileBars(own, { title, ...(card && { card }) });
  return [table, { kind: "figure", id: `memory-${basis}`, title, figure }];
}
