/** A row of a table: what stands in its columns. */
export type TableRow = Readonly<Record<string, string | number | boolean | null>>;

/** What a notebook shows of a table. */
export interface TableMime {
  readonly "text/html": string;
  readonly "text/plain": string;
}

/** Digits of numbers that are not whole. */
const DIGITS = 4;

/** Rows as a table for a notebook; the columns are those of the first row. Numbers stand to the right. */
export function tableMime(rows: readonly TableRow[]): TableMime {
  const columns = Object.keys(rows[0] ?? {});
  const texts = rows.map((row) => columns.map((column) => cellText(row[column] ?? null)));
  const isNumber = columns.map((column) => rows.every((row) => typeof row[column] === "number"));
  return {
    "text/html": html(columns, texts, isNumber),
    "text/plain": plain(columns, texts, isNumber),
  };
}

function cellText(value: TableRow[string]): string {
  if (value === null) return "-";
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return value.toPrecision(DIGITS);
}

type Texts = readonly (readonly string[])[];

function html(columns: readonly string[], texts: Texts, isNumber: readonly boolean[]): string {
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${
      cells.map((text, k) =>
        `<${tag} style="text-align: ${isNumber[k] ? "right" : "left"}">${escaped(text)}</${tag}>`
      ).join("")
    }</tr>`;
  const body = texts.map((cells) => row("td", cells)).join("\n");
  return `<table>\n<thead>${row("th", columns)}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

function plain(columns: readonly string[], texts: Texts, isNumber: readonly boolean[]): string {
  const widths = columns.map((column, k) =>
    Math.max(column.length, ...texts.map((cells) => cells[k]?.length ?? 0))
  );
  return [columns, ...texts].map((cells) =>
    cells.map((text, k) =>
      isNumber[k] ? text.padStart(widths[k] ?? 0) : text.padEnd(widths[k] ?? 0)
    )
      .join("  ").trimEnd()
  ).join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
