import { columns, NOTHING, type TableBlock } from "./document.ts";
import type { RunGroup } from "./run_groups.ts";

// What a column is called, and where a configuration has its value.
const SCORED = [
  ["test text", "evaluation.corpus"],
  ["seq", "evaluation.seq"],
  ["stride", "evaluation.stride"],
  ["BOS", "evaluation.bos"],
  ["blocks", "evaluation.blocks"],
  ["validation blocks", "evaluation.validationBlocks"],
] as const;
const TRAINED = [
  ["training text", "training.corpus"],
  ["steps", "training.steps"],
  ["batch", "training.batch"],
  ["accumulation", "training.accumulation"],
  ["training seq", "training.seq"],
  ["schedule", "training.schedule.kind"],
  ["warm-up", "training.schedule.warmup"],
] as const;
const GROUPS = "training.optimizer.groups.";

/** How the runs were trained and scored; groups of equal protocol are one row. */
export function protocolTable(groups: readonly RunGroup[]): TableBlock {
  const rows = groups.map((group) => ({ group, cells: cellsOf(group) }));
  const same = Map.groupBy(rows, ({ cells }) => JSON.stringify(cells));
  return {
    kind: "table",
    columns: [
      ...columns("left", "methods", "model"),
      ...columns("right", ...SCORED.map(([title]) => title)),
      ...columns("right", ...TRAINED.map(([title]) => title)),
      ...columns("left", "learning rates", "weight decay"),
      ...columns("right", "seeds"),
    ],
    rows: [...same.values()].map((own) => {
      const methods = new Set(own.map(({ group }) => group.method));
      return [[...methods].join(", "), ...(own[0]?.cells ?? []), seedsText(own)];
    }),
    caption:
      "Blocks of seq tokens, a new one each stride tokens; stride = seq: they do not overlap. " +
      "Learning rates at the schedule's height and weight decay, by role of the parameters.",
  };
}

function cellsOf({ leaves }: RunGroup): string[] {
  const at = (path: string) => leaves.get(path) ?? NOTHING;
  return [
    at("model"),
    ...SCORED.map(([, path]) => at(path)),
    ...TRAINED.map(([, path]) => at(path)),
    byRole(leaves, "learningRate"),
    byRole(leaves, "weightDecay"),
  ];
}

function byRole(leaves: ReadonlyMap<string, string>, name: string): string {
  const found = [...leaves].filter(([path]) =>
    path.startsWith(GROUPS) && path.endsWith(`.${name}`)
  );
  const texts = found.map(([path, value]) =>
    `${path.slice(GROUPS.length, -name.length - 1)} ${value}`
  );
  return texts.join(", ") || NOTHING;
}

function seedsText(own: readonly { readonly group: RunGroup }[]): string {
  // What trains nothing draws nothing.
  const drawing = own.filter(({ group }) => group.leaves.get("training") !== "null");
  const seeds = new Set(drawing.flatMap(({ group }) => group.rows.map(({ seed }) => seed)));
  return [...seeds].sort((a, b) => a - b).join(", ") || NOTHING;
}
