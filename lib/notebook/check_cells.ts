import { basename, dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Notebook } from "./notebook.ts";
import type { CellFault } from "./run_notebook.ts";

/**
 * Checks the types of all cells of a notebook together: the kernel runs them unchecked. A name that two
 * cells declare is an error too.
 */
export async function checkCells(notebook: Notebook): Promise<CellFault[]> {
  const [faults = []] = await checkNotebooks([notebook]);
  return faults;
}

/** The faults of several notebooks, in their order, as {@linkcode checkCells} finds them, in one go. */
export async function checkNotebooks(notebooks: readonly Notebook[]): Promise<CellFault[][]> {
  const parts = notebooks.map(joinCells);
  try {
    for (const { file, text } of parts) await Deno.writeTextFile(file, text);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", ...parts.map(({ file }) => file)],
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    if (code === 0) return parts.map(() => []);
    const report = stripVTControlCharacters(new TextDecoder().decode(stderr));
    // A report that names no cell stands for all of them: nothing is known to be right.
    const isNamed = parts.some(({ name }) => report.includes(`${name}:`));
    return parts.map((part) =>
      isNamed && !report.includes(`${part.name}:`) ? [] : [faultOf(report, part)]
    );
  } finally {
    for (const { file } of parts) await Deno.remove(file).catch(() => {});
  }
}

/** Where each line of the joined text comes from; nothing for lines that were put in between. */
type Origins = readonly ({ readonly cell: number; readonly line: number } | undefined)[];

/** The cells of a notebook as one module. */
interface JoinedCells {
  readonly name: string;
  /** In the notebook's own folder, where relative imports mean the same. */
  readonly file: string;
  readonly text: string;
  readonly origins: Origins;
}

function joinCells({ path, cells }: Notebook): JoinedCells {
  const text = ["export {};"];
  const origins: ({ cell: number; line: number } | undefined)[] = [undefined];
  for (const [index, cell] of cells.entries()) {
    if (cell.kind !== "code") continue;
    for (const [line, code] of cell.source.split("\n").entries()) {
      text.push(code);
      origins.push({ cell: index + 1, line: line + 1 });
    }
    text.push(";");
    origins.push(undefined);
  }
  const name = `.${basename(path, ".ipynb")}-${crypto.randomUUID().slice(0, 8)}.ts`;
  return { name, file: join(dirname(path), name), text: `${text.join("\n")}\n`, origins };
}

// The first error says enough: the next ones often follow from it.
function faultOf(report: string, { name, origins }: JoinedCells): CellFault {
  // What went wrong stands before its place, in the part of the report that ends with it.
  const [before = "", after] = report.split(`${name}:`);
  const origin = origins[Number(after?.match(/^\d+/)?.[0] ?? 0) - 1];
  const what = [...before.matchAll(/^(TS\d+) \[ERROR\]: (.*)$/gm)].at(-1);
  const plain = report.match(/^error: (.*)$/m)?.[1]?.replace(/ at file:.*$/, "");
  const message = what ? `${what[2]} (${what[1]})` : plain ?? "the cells cannot be checked";
  return origin
    ? { cell: origin.cell, message: `line ${origin.line}: ${message}` }
    : { cell: 0, message };
}
