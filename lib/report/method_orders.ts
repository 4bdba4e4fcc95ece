import { columns, NOTHING, type TableBlock } from "./document.ts";
import { kendallTau, type OrderAgreement } from "./kendall_tau.ts";
import type { PaperPair } from "./paper_pairs.ts";

/** How our order of what a table compares agrees with the paper's, in one of its settings. */
export interface SettingOrder {
  /** The setting, such as `W4 per channel`. */
  readonly setting: string;
  /** What is compared, the best first. */
  readonly paper: readonly string[];
  readonly ours: readonly string[];
  readonly agreement: OrderAgreement;
}

// What tables compare; all else that says which cell is meant is the setting.
const COMPARED = ["method", "downcast", "init", "rank"];

/**
 * The orders in all settings in which at least two things have a number on both sides. All numbers that
 * are compared here are better the lower they are.
 */
export function methodOrders(pairs: readonly PaperPair[]): SettingOrder[] {
  const numbers = pairs.flatMap(({ cell, ours, group }) =>
    cell.value === null || ours === null
      ? []
      : [{ cell, paper: cell.value, ours: ours.mean, group }]
  );
  const settings = Map.groupBy(numbers, ({ cell, group }) => {
    const rest = Object.entries(cell.key).filter(([name]) => !COMPARED.includes(name));
    return JSON.stringify([group.leaves.get("model"), cell.source, cell.metric, rest]);
  });
  return [...settings.values()].filter((same) => same.length > 1).map((same) => {
    const named = same.map((entry) => ({ ...entry, name: comparedName(entry.cell.key, same) }));
    return {
      setting: settingName(same[0]?.cell.key ?? {}),
      paper: ordered(named, (entry) => entry.paper),
      ours: ordered(named, (entry) => entry.ours),
      agreement: kendallTau(same.map(({ paper }) => paper), same.map(({ ours }) => ours)),
    };
  });
}

/** The orders as a table. */
export function orderTable(orders: readonly SettingOrder[]): TableBlock {
  return {
    kind: "table",
    columns: [
      ...columns("left", "setting", "paper's order, best first", "our order, best first"),
      ...columns("right", "tau-b", "pairs in order", "opposite", "tied"),
    ],
    rows: orders.map(({ setting, paper, ours, agreement }) => [
      setting,
      paper.join(" "),
      ours.join(" "),
      agreement.tau === null ? NOTHING : agreement.tau.toFixed(2),
      String(agreement.concordant),
      String(agreement.discordant),
      String(agreement.tied),
    ]),
    caption:
      "Kendall's tau-b = (C − D) / √((C + D + X) (C + D + Y)) over all pairs: C in the same " +
      "order, D in opposite ones, X tied in the paper's printed digits alone, Y in ours alone; 1 is " +
      "the same order, −1 the reverse. It looks at means and knows nothing of their deviations: " +
      "with few methods a single pair moves it far.",
  };
}

type Key = PaperPair["cell"]["key"];

function comparedName(key: Key, among: readonly { readonly cell: { readonly key: Key } }[]) {
  const differing = COMPARED.filter((name) =>
    new Set(among.map(({ cell }) => cell.key[name])).size > 1
  );
  const parts = differing.flatMap((name) =>
    key[name] === undefined ? [] : [name === "rank" ? `r${key[name]}` : String(key[name])]
  );
  return parts.join("/") || "default";
}

function settingName(key: Key): string {
  const shown = Object.entries(key).filter(([name]) => !COMPARED.includes(name));
  return shown.map(([name, value]) => name === "bits" ? `W${value}` : textOf(name, value))
    .join(", ");
}

function textOf(name: string, value: string | number | boolean): string {
  return typeof value === "string" ? value : `${name} ${value}`;
}

// Equal neighbours are told by the sign between them.
function ordered<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
  valueOf: (entry: Entry) => number,
): string[] {
  const sorted = entries.toSorted((a, b) => valueOf(a) - valueOf(b));
  return sorted.map((entry, k) => {
    const before = sorted[k - 1];
    if (before === undefined) return entry.name;
    return `${valueOf(before) === valueOf(entry) ? "=" : "<"} ${entry.name}`;
  });
}
