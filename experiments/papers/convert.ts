/**
 * Makes the tables of this folder from comma-separated files in long form, one value a row:
 * `deno run --allow-read --allow-write experiments/papers/convert.ts FOLDER`.
 *
 * Values stay as they are written there. Files become tab-separated, so that nothing needs quotes, and
 * lose columns that they leave empty.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { PAPER_TABLES } from "./tables.ts";

/** The cells of comma-separated lines, RFC 4180 without line breaks in cells. */
export function commaSeparated(text: string): string[][] {
  return text.split(/\r?\n/).filter((line) => line !== "").map((line) =>
    [...line.matchAll(/(?<=^|,)(?:"((?:[^"]|"")*)"|([^,"]*))(?=,|$)/g)]
      .map(([, quoted, plain]) => quoted === undefined ? plain ?? "" : quoted.replaceAll('""', '"'))
  );
}

/**
 * Lines of tab-separated cells, without the columns that are empty.
 *
 * @throws {RangeError} If a row has not as many cells as the header, or a cell has a tab.
 */
export function tabSeparated(rows: readonly (readonly string[])[]): string {
  const [header = [], ...body] = rows;
  const odd = body.findIndex((row) =>
    row.length !== header.length || row.some((cell) => cell.includes("\t"))
  );
  if (odd >= 0) {
    throw new RangeError(
      `Cannot convert row ${odd + 2}: it must have ${header.length} cells without tabs`,
    );
  }
  const isUsed = (_: string, column: number) => body.some((row) => row[column] !== "");
  return rows.map((row) => `${row.filter(isUsed).join("\t")}\n`).join("");
}

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) throw new RangeError("Name the folder of the comma-separated files");
  for (const { file } of PAPER_TABLES) {
    const text = await Deno.readTextFile(`${folder}/${file}.csv`);
    const path = fileURLToPath(new URL(`./tables/${file}.tsv`, import.meta.url));
    await Deno.writeTextFile(path, tabSeparated(commaSeparated(text)));
  }
}
