import { fileURLToPath } from "node:url";
import { type CodeCell, type Notebook, notebookText } from "../../lib/notebook/mod.ts";

/** A cell of code. */
export function codeCell(source: string, ...tags: string[]): CodeCell {
  return { kind: "code", id: crypto.randomUUID(), source, tags, executionCount: null, outputs: [] };
}

const HERE = fileURLToPath(new URL(".", import.meta.url));

/**
 * Writes a notebook into a folder of its own, which goes at the end of the test. The folder is inside the
 * project, because the kernel takes the import map from above the notebook.
 */
export async function notebookOf(
  cells: readonly CodeCell[],
): Promise<Notebook & AsyncDisposable> {
  const folder = await Deno.makeTempDir({ dir: HERE, prefix: ".notebook-" });
  const notebook = { path: `${folder}/small.ipynb`, cells };
  await Deno.writeTextFile(notebook.path, notebookText(notebook));
  return { ...notebook, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}
