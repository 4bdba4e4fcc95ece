import { standsForMissing } from "./missing.ts";
import type { MimeBundle, Notebook, Output } from "./notebook.ts";
import type { CellFault } from "./run_notebook.ts";

// What a tag promises: all forms of one of the lists.
const PROMISES: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ["figure", [["application/vnd.plotly.v1+json", "image/png"]]],
  ["live-figure", [["application/vnd.plotly.v1+json"]]],
  ["table", [["text/html", "text/plain"], ["text/markdown", "text/plain"]]],
]);

/**
 * Cells whose outputs lack what their tags promise. The tags are `figure` (a Plotly figure with its
 * picture), `live-figure` (a Plotly figure that was drawn while the cell ran) and `table`. An output that
 * says in their place what is missing, and what makes it, keeps the promise: see {@linkcode gapsOf}.
 */
export function missingOutputs({ cells }: Notebook): CellFault[] {
  return cells.flatMap((cell, index) => {
    if (cell.kind !== "code") return [];
    return cell.tags.flatMap((tag): CellFault[] => {
      const ways = PROMISES.get(tag);
      if (!ways || cell.outputs.some((output) => keeps(output, ways))) return [];
      const forms = ways.map((types) => types.join(" + ")).join(" or ");
      return [{ cell: index + 1, message: `its ${tag} (${forms}) did not arrive` }];
    });
  });
}

/** What a notebook says is missing, each line once: results that nobody has made yet. */
export function gapsOf({ cells }: Notebook): string[] {
  const outputs = cells.flatMap((cell) => cell.kind === "code" ? cell.outputs : []);
  const lines = outputs.flatMap((output) =>
    output.output_type === "display_data" && standsForMissing(output.metadata)
      ? [String(output.data["text/plain"])]
      : []
  );
  return [...new Set(lines)];
}

function keeps(output: Output, ways: readonly (readonly string[])[]): boolean {
  if (output.output_type !== "display_data" && output.output_type !== "execute_result") {
    return false;
  }
  return standsForMissing(output.metadata) ||
    ways.some((types) => types.every((type) => isFilled(output.data, type)));
}

function isFilled(data: MimeBundle, type: string): boolean {
  const form = data[type];
  if (type !== "application/vnd.plotly.v1+json") return typeof form === "string" && form !== "";
  const traces = (form as { data?: unknown } | undefined)?.data;
  return Array.isArray(traces) && traces.length > 0;
}
