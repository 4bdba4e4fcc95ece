import { figures, type RunRow, type RunSpec } from "../../mod.ts";

const TIMES = [
  ["train_seconds", "steps"],
  ["compile_seconds", "compiling"],
  ["evaluate_seconds", "evaluating"],
  ["prepare_seconds", "preparing"],
] as const;

/** A run in words, such as `lr-qat W3 channel r32 seed 1`. */
export function runName({ method, settings, training, seed }: RunSpec): string {
  const { bits, granularity, rank, phi, adapterStart, scaleStart, scaleFormat } = settings;
  const { rangeExponent } = settings;
  const parts = [
    method,
    bits !== undefined && `W${bits}`,
    granularity,
    rank !== undefined && rank > 0 && `r${rank}`,
    phi !== undefined && phi !== "fixed" && phi,
    adapterStart === "svd" && "svd",
    rangeExponent !== undefined && rangeExponent !== 4 && `range L${rangeExponent}`,
    settings.learnScale === false && "frozen scale",
    scaleStart !== undefined && scaleStart !== "l4q" && scaleStart,
    scaleFormat !== undefined && scaleFormat !== "portable" && `${scaleFormat} scales`,
    settings.recompute && "layers again",
    training?.recompute === "block" && "blocks again",
    training && `${training.steps} steps`,
    training && `seed ${seed}`,
  ];
  return parts.filter((part) => part).join(" ");
}

/** Runs that differ in none of these differ in their seed. */
const SETTINGS = ["method", ...figures.RUN_SETTINGS] as const;

/** What the table's columns tell of a group. */
function shownText(row: RunRow | undefined): string {
  return JSON.stringify([row?.method, row?.bits, row?.granularity, row?.rank]);
}

// What the columns do not tell, where groups that look alike in them differ.
function tellingSettings(
  [row]: readonly RunRow[],
  alike: readonly (readonly RunRow[])[],
): string[] {
  const telling = SETTINGS.filter((name) => alike.some(([other]) => other?.[name] !== row?.[name]));
  return telling.map((name) => `${name}=${row?.[name] ?? "-"}`);
}

/**
 * The rows of a study: mean and standard deviation over seeds, of times the least. Recovered is the share
 * of RTN's extra loss against LoRA on the float model.
 */
export function resultTable(rows: readonly RunRow[]): string {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(SETTINGS.map((name) => row[name])));
  const header = [
    "method",
    "bits",
    "scales",
    "rank",
    "perplexity",
    "nats",
    "recovered %",
    "seeds",
    "MiB",
    "s/step",
  ];
  const recovered = figures.recoveredShare(rows);
  const shown = Map.groupBy([...groups.values()], (group) => shownText(group[0]));
  const lines = [...groups.values()].map((group) => {
    const alike = shown.get(shownText(group[0])) ?? [];
    const [name = "", ...rest] = rowOf(group, recovered);
    return [[name, ...tellingSettings(group, alike)].join(" "), ...rest];
  });
  const table = [header, ...lines];
  const widths = header.map((_, i) => Math.max(...table.map((line) => (line[i] ?? "").length)));
  return table.map((line) =>
    line.map((cell, i) => i < 3 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))
      .join("  ")
  ).join("\n");
}

function rowOf(group: readonly RunRow[], recovered: figures.Measure): string[] {
  const [first] = group;
  if (!first) return [];
  const done = group.filter(({ status }) => status === "done");
  const numbers = (name: "perplexity" | "test_loss" | "step_seconds") =>
    done.flatMap((row) => row[name] ?? []);
  const lost = group.length - done.length;
  return [
    first.method,
    first.bits === 16 ? "-" : `${first.bits}`,
    first.granularity || "-",
    first.rank > 0 ? `${first.rank}` : "-",
    textOf(figures.spread(numbers("perplexity")), 3),
    textOf(figures.spread(numbers("test_loss")), 4),
    textOf(
      figures.spread(done.flatMap((row) => row.bits === 16 ? [] : recovered.of(row) ?? [])),
      0,
    ),
    `${done.length}${lost > 0 ? ` (${lost} not done)` : ""}`,
    first.linear_bytes === null ? "-" : (first.linear_bytes / 2 ** 20).toFixed(2),
    textOf(figures.least(numbers("step_seconds")), 3),
  ];
}

function textOf(found: figures.Spread | null, digits: number): string {
  return found === null ? "-" : figures.spreadText(found, digits);
}

/**
 * Where the time of a sweep went, in shares. What is neither steps nor compiling nor evaluating is what
 * a sweep adds to training.
 *
 * @param rows The runs that were done.
 * @param options The seconds that all jobs had together.
 */
export function timeLine(
  rows: readonly RunRow[],
  { seconds }: { readonly seconds: number },
): string {
  const total = (name: typeof TIMES[number][0]) =>
    rows.reduce((sum, row) => sum + (row[name] ?? 0), 0);
  const parts = TIMES.map(([name, label]) => [label, total(name)] as const);
  const rest = seconds - parts.reduce((sum, [, part]) => sum + part, 0);
  const shares = [...parts, ["the rest", Math.max(0, rest)] as const]
    .map(([label, part]) => `${label} ${(100 * part / seconds).toFixed(1)} %`);
  return `${rows.length} runs in ${seconds.toFixed(0)} s: ${shares.join(", ")}`;
}
