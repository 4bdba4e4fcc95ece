import { decimals, spreadText } from "../figures/statistics.ts";
import { type Block, columns, NOTHING, type Section, type TableBlock } from "./document.ts";
import { methodOrders, orderTable } from "./method_orders.ts";
import { type PaperPair, paperPairs, unmeasured } from "./paper_pairs.ts";
import type { PaperCell, ReportStudy } from "./report_data.ts";
import type { RunGroup } from "./run_groups.ts";

/** The published numbers beside ours, the orders on both sides, and in what the set-ups differ. */
export function paperSection(study: ReportStudy, groups: readonly RunGroup[]): Section {
  const title = "Against the paper";
  if (study.source === undefined) {
    return {
      title,
      blocks: [{ kind: "text", text: "No published table shows what this study shows." }],
    };
  }
  const pairs = paperPairs(groups);
  const orders = methodOrders(pairs);
  return {
    title,
    blocks: [
      { kind: "text", text: `Numbers of ${study.source}.` },
      ...(pairs.length > 0 ? [pairTable(pairs)] : [noPairs()]),
      ...(orders.length > 0 ? [orderTable(orders)] : [noOrders()]),
      ...unmeasuredBlocks(groups),
    ],
  };
}

/** The numbered differences from the published set-up, each once with the runs that it is of. */
export function differenceSection(groups: readonly RunGroup[]): Section {
  const notes = groups.flatMap((group) =>
    group.places.flatMap(({ notes }) =>
      Object.entries(notes).map(([subject, text]) => ({ note: `${subject}: ${text}`, group }))
    )
  );
  const byNote = Map.groupBy(notes, ({ note }) => note);
  const items = [...byNote].map(([note, of]) => {
    const count = new Set(of.map(({ group }) => group)).size;
    return count === groups.length ? `${note} (all runs)` : `${note} (${count} of the rows)`;
  });
  return {
    title: "What differs from the paper",
    blocks: items.length > 0
      ? [{ kind: "list", items }]
      : [{ kind: "text", text: "The study states no difference." }],
  };
}

function pairTable(pairs: readonly PaperPair[]): TableBlock {
  return {
    kind: "table",
    columns: [
      ...columns("left", "place", "method", "number"),
      ...columns("right", "paper", "ours", "n", "difference"),
      ...columns("right", "paper: extra nats", "ours: extra nats", "difference of these"),
      ...columns("left", "remarks"),
    ],
    rows: pairs.map((pair) => {
      const { place, group, cell, ours, extra } = pair;
      return [
        placeText(pair),
        group.label,
        cell.unit === cell.metric ? cell.metric : `${cell.metric} (${cell.unit})`,
        paperText(cell),
        ours === null ? "missing" : spreadText(ours, 3),
        ours === null ? "0" : String(ours.count),
        place.comparable === "order" && ours !== null && cell.value !== null
          ? "not comparable"
          : differenceText(ours?.mean, cell.value),
        extra.paper === null ? NOTHING : decimals(extra.paper, 3),
        extra.ours === null ? NOTHING : decimals(extra.ours, 3),
        differenceText(extra.ours, extra.paper),
        [sourceText(cell), cell.note].filter(Boolean)
          .join("; "),
      ];
    }),
    caption:
      "Ours: mean ± standard deviation over n seeds; times are the shortest of n, for as many " +
      "steps or rows as the paper's. Difference: ours − paper; values of " +
      "another model are not comparable, their order is. Extra nats: the loss above that of the " +
      "unquantized model without training, ln(perplexity / its perplexity); it is negative where " +
      "training brings more than quantization costs.",
  };
}

function placeText({ place, group, cell }: PaperPair): string {
  const model = cell.key.model === undefined ? "" : `${cell.key.model}`;
  const label = place.label || (group.bits < 16 ? `W${group.bits}` : "not quantized");
  return [model, label].filter(Boolean).join(", ");
}

function paperText({ value, printed, deviation, status }: PaperCell): string {
  if (value === null) return status.replaceAll("-", " ");
  return deviation === null ? printed : `${printed} ± ${deviation}`;
}

// Where there is no number, nobody is the source of it.
function sourceText({ trust }: PaperCell): string {
  return trust === "primary" || trust === "" ? "" : `${trust} source`;
}

function differenceText(ours?: number | null, paper?: number | null): string {
  if (typeof ours !== "number" || typeof paper !== "number") return NOTHING;
  const text = decimals(ours - paper, 3);
  return ours > paper ? `+${text}` : text;
}

function noPairs(): Block {
  return {
    kind: "text",
    text: "None of the published numbers is of a kind that is measured here.",
  };
}

function noOrders(): Block {
  return {
    kind: "text",
    text: "No order can be compared yet: that takes two numbers on both sides in one setting.",
  };
}

function unmeasuredBlocks(groups: readonly RunGroup[]): Block[] {
  const counts = unmeasured(groups);
  if (counts.size === 0) return [];
  const list = [...counts].map(([name, count]) => `${name}: ${count}`).join(", ");
  return [{ kind: "text", text: `Published for these runs, but not measured here: ${list}.` }];
}
