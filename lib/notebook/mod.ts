/**
 * Notebooks on Deno's Jupyter kernel: what cells show, and running notebooks without a browser.
 *
 * @module
 */
export { checkCells } from "./check_cells.ts";
export {
  type JupyterPackages,
  jupyterPackages,
  type JupyterPackagesOptions,
} from "./jupyter_packages.ts";
export { JupyterUnavailableError } from "./jupyter_unavailable_error.ts";
export {
  type CodeCell,
  type Notebook,
  notebookText,
  type Output,
  readNotebook,
  writeNotebook,
} from "./notebook.ts";
export {
  type CellFault,
  type NotebookProgress,
  runNotebook,
  type RunNotebookOptions,
} from "./run_notebook.ts";
export { show, type ShowOptions } from "./show.ts";
export { type TableRow } from "./table_mime.ts";
