import { basename, dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Notebook } from "./notebook.ts";
import type { CellFault } from "./run_notebook.ts";

/**
 * Checks the types of all cells of a notebook together: the kernel runs them unchecked. A name that two
 * cells declare is an error too.
 */
export async function checkCells(notebook: Notebook): Promise<CellFault[]> {
  const { text, origins } = joinCells(notebook);
  // In the notebook's own folder, where relative imports mean the same.
  const name = `.${basename(notebook.path, ".ipynb")}-${crypto.randomUUID().slice(0, 8)}.ts`;
  const file = join(dirname(notebook.path), name);
  try {
    await Deno.writeTextFile(file, text);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", file],
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    if (code === 0) return [];
    const report = stripVTControlCharacters(new TextDecoder().decode(stderr));
    return [faultOf(report, { name, origins })];
  } finally {
    await Deno.remove(file).catch(() => {});
  }
}

/** Where each line of the joined text comes from; nothing for lines that were put in between. */
type Origins = readonly ({ readonly cell: number; readonly line: number } | undefined)[];

function joinCells({ cells }: Notebook): { text: string; origins: Origins } {
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
  return { text: `${text.join("\n")}\n`, origins };
}

// The first error says enough: the next ones often follow from it.
function faultOf(
  report: string,
  { name, origins }: { readonly name: string; readonly origins: Origins },
): CellFault {
  const place = report.split(`${name}:`)[1]?.match(/^\d+/)?.[0];
  const origin = origins[Number(place ?? 0) - 1];
  const what = report.match(/^(TS\d+) \[ERROR\]: (.*)$/m);
  const plain = report.match(/^error: (.*)$/m)?.[1]?.replace(/ at file:.*$/, "");
  const message = what ? `${what[2]} (${what[1]})` : plain ?? "the cells cannot be checked";
  return origin
    ? { cell: origin.cell, message: `line ${origin.line}: ${message}` }
    : { cell: 0, message };
}
