/**
 * Notebooks on Deno's Jupyter kernel: what cells show, and running notebooks without a browser.
 *
 * @module
 */
export { checkCells, checkNotebooks } from "./check_cells.ts";
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
export { gapsOf } from "./missing_outputs.ts";
export type { Missing } from "./missing.ts";
export { MemoryView, openMemory } from "./open_memory.ts";
export { openStudy, type OpenStudyOptions } from "./open_study.ts";
export { show, type Showable, type ShowOptions } from "./show.ts";
export { type StopButton, stopButton } from "./stop_button.ts";
export type { StudyView } from "./study_view.ts";
export { type TableRow } from "./table_mime.ts";
