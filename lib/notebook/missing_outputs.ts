import type { MimeBundle, Notebook, Output } from "./notebook.ts";
import type { CellFault } from "./run_notebook.ts";

// What a tag promises, as the forms that all must be there.
const PROMISES: ReadonlyMap<string, readonly string[]> = new Map([
  ["figure", ["application/vnd.plotly.v1+json", "image/png"]],
  ["live-figure", ["application/vnd.plotly.v1+json"]],
  ["table", ["text/html", "text/plain"]],
]);

/**
 * Cells whose outputs lack what their tags promise. The tags are `figure` (a Plotly figure with its
 * picture), `live-figure` (a Plotly figure that was drawn while the cell ran) and `table`.
 */
export function missingOutputs({ cells }: Notebook): CellFault[] {
  return cells.flatMap((cell, index) => {
    if (cell.kind !== "code") return [];
    return cell.tags.flatMap((tag): CellFault[] => {
      const types = PROMISES.get(tag);
      if (!types || cell.outputs.some((output) => hasForms(output, types))) return [];
      return [{ cell: index + 1, message: `its ${tag} (${types.join(" + ")}) did not arrive` }];
    });
  });
}

function hasForms(output: Output, types: readonly string[]): boolean {
  if (output.output_type !== "display_data" && output.output_type !== "execute_result") {
    return false;
  }
  return types.every((type) => isFilled(output.data, type));
}

function isFilled(data: MimeBundle, type: string): boolean {
  const form = data[type];
  if (type !== "application/vnd.plotly.v1+json") return typeof form === "string" && form !== "";
  const traces = (form as { data?: unknown } | undefined)?.data;
  return Array.isArray(traces) && traces.length > 0;
}
