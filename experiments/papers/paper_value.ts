import { nearestNames } from "../../lib/data/nearest_name.ts";
import { PAPER_TABLES, PAPERS, type PaperTable } from "./tables.ts";

/** What says which cell of a paper is meant; what is left out can be anything. */
export type PaperQuery = {
  /** `lr-qat` or `l4q`. */
  readonly paper: string;
  /** The paper's own label, such as `4`, `A8`, `fig5`. */
  readonly table: string;
  /** Such as `llama-2-7b`. */
  readonly model?: string;
  /** As the tables name it: `full-precision`, `lora`, `rtn`, `lsq`, `peqa`, `lr-qat`, `l4q` … */
  readonly method?: string;
  /** Bits of the weights; 16 where they are not quantized. */
  readonly bits?: number;
  /** `per-channel`, or `g` and a group size. */
  readonly granularity?: string;
  readonly activationBits?: number;
  readonly keyValueBits?: number;
  readonly rank?: number;
  /** LR-QAT's operator: `fp32`, `fp16`, `bf16`, `q4.4`, `q3.5`, `int-b`. */
  readonly downcast?: string;
  /** The start of the quantizer or the adapter. */
  readonly init?: string;
  /** `initial` or `post-train`. */
  readonly phase?: string;
  readonly epoch?: number;
  /** Such as `wikitext-2`, `zeroshot-avg6`, `csqa-avg7`, `mmlu-avg`. */
  readonly task?: string;
  /** In-context examples. */
  readonly shots?: number;
  /** Such as `perplexity`, `accuracy`, `training-memory`. */
  readonly metric?: string;
  readonly batch?: number;
  readonly accumulation?: number;
  readonly checkpointing?: boolean;
  readonly optimizerOffload?: boolean;
  readonly memoryClass?: string;
  readonly hyperparameter?: string;
  readonly role?: string;
};

/** Whether a paper prints a cell: with a number, out of memory, a dash, or a number not had here. */
export const PAPER_STATUSES = ["reported", "oom", "not-printed", "not-found"] as const;

/** A cell of a paper. */
export interface PaperValue {
  /** The number; `null` where there is none, which `status` explains. */
  readonly value: number | null;
  /** The number as it is printed; empty where there is none. */
  readonly printed: string;
  /** The printed deviation and the number of runs, where they are stated. */
  readonly deviation: number | null;
  readonly runs: number | null;
  readonly unit: string;
  readonly status: typeof PAPER_STATUSES[number];
  /** `primary`: the paper itself; `secondary`: quoted by others; `inferred`: read off a chart. */
  readonly trust: string;
  readonly note: string;
  /** What to cite, such as `arXiv 2406.06385v3, Table 4`. */
  readonly source: string;
  /** All cells of the row by their columns' names, as they are written. */
  readonly row: Readonly<Record<string, string>>;
}

const COLUMNS: ReadonlyMap<string, string> = new Map([
  ["bits", "weight_bits"],
  ["activationBits", "act_bits"],
  ["keyValueBits", "kv_bits"],
  ["batch", "batch_size"],
  ["accumulation", "grad_accumulation"],
  ["optimizerOffload", "optimizer_offload"],
  ["memoryClass", "memory_class"],
]);

/**
 * The cell of a paper that a query means; `undefined` if the paper has no such cell.
 *
 * @throws {RangeError} If the paper or table is unknown, or several cells are meant.
 */
export function paperValue(query: PaperQuery): PaperValue | undefined {
  const [found, ...others] = paperValues(query);
  if (found && others.length > 0) throw ambiguous(query, [found, ...others]);
  return found;
}

/**
 * All cells that a query means, in the order of the table.
 *
 * @throws {RangeError} If the paper or table is unknown.
 */
export function paperValues(query: PaperQuery): PaperValue[] {
  const { paper, table, ...wanted } = query;
  const entry = tableNamed(paper, table);
  const source = `arXiv ${PAPERS.find(({ name }) => name === paper)?.arxiv}, ${titleOf(table)}`;
  const conditions = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return rowsOf(entry)
    .filter((row) => conditions.every(([key, value]) => isSame(row[columnOf(key)] ?? "", value)))
    .map((row) => cellOf(row, source));
}

const cache = new Map<string, Record<string, string>[]>();

function rowsOf({ file }: PaperTable): readonly Record<string, string>[] {
  const known = cache.get(file);
  if (known) return known;
  const text = Deno.readTextFileSync(new URL(`./tables/${file}.tsv`, import.meta.url));
  const [header = [], ...body] = text.split("\n").slice(0, -1).map((line) => line.split("\t"));
  const rows = body.map((cells) =>
    Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ""]))
  );
  cache.set(file, rows);
  return rows;
}

function tableNamed(paper: string, table: string): PaperTable {
  const found = PAPER_TABLES.find((entry) => entry.paper === paper && entry.table === table);
  if (found) return found;
  const ofPaper = PAPER_TABLES.filter((entry) => entry.paper === paper).map((entry) => entry.table);
  const [what, name, known] = ofPaper.length > 0
    ? [`table of ${paper}`, table, ofPaper]
    : ["paper", paper, PAPERS.map((entry) => entry.name)];
  const near = nearestNames(name, known).join(" or ");
  throw new RangeError(
    `Unknown ${what} '${name}': ${
      near ? `did you mean ${near}?` : `known are ${known.join(", ")}`
    }`,
  );
}

function titleOf(table: string): string {
  if (table.startsWith("fig")) return `Figure ${table.slice("fig".length)}`;
  return /\d/.test(table) ? `Table ${table}` : table.replaceAll("-", " ");
}

function columnOf(key: string): string {
  return COLUMNS.get(key) ?? key;
}

// Learning rates and the like are written in several ways: 1e-5 is 0.00001.
function isSame(written: string, value: unknown): boolean {
  if (typeof value === "number") return written !== "" && Number(written) === value;
  return written === String(value);
}

function cellOf(row: Record<string, string>, source: string): PaperValue {
  const text = (column: string) => row[column] ?? "";
  const number = (column: string) => text(column) === "" ? null : Number(text(column));
  return {
    value: number("value"),
    printed: text("value"),
    deviation: number("std"),
    runs: number("runs"),
    unit: text("unit"),
    status: statusOf(text("status")),
    trust: text("trust"),
    note: text("note"),
    source,
    row,
  };
}

function statusOf(written: string): PaperValue["status"] {
  const status = PAPER_STATUSES.find((known) => known === written);
  if (status) return status;
  throw new RangeError(
    `A cell has the status '${written}': it must be one of ${PAPER_STATUSES.join(", ")}`,
  );
}

function ambiguous(query: PaperQuery, found: readonly PaperValue[]): RangeError {
  const columns = Object.keys(found[0]?.row ?? {}).filter((column) =>
    !["value", "std", "runs", "unit", "status", "trust", "note"].includes(column) &&
    new Set(found.map(({ row }) => row[column])).size > 1
  );
  return new RangeError(
    `${found.length} cells of ${query.paper}, table ${query.table}, fit: also say ${
      columns.join(", ")
    }`,
  );
}
