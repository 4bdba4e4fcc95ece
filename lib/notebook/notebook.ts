import { JsonField } from "../io/json_field.ts";
import { writeFileAtomic } from "../io/atomic.ts";

/** Forms of one output by their MIME types. */
export type MimeBundle = Record<string, unknown>;

/** What a cell printed, one stream as one text. */
export interface StreamOutput {
  readonly output_type: "stream";
  readonly name: string;
  text: string;
}

/** What a cell showed. */
export interface DisplayOutput {
  readonly output_type: "display_data";
  data: MimeBundle;
  metadata: Record<string, unknown>;
}

/** The value of a cell. */
export interface ResultOutput {
  readonly output_type: "execute_result";
  readonly execution_count: number | null;
  data: MimeBundle;
  metadata: Record<string, unknown>;
}

/** What a cell threw. */
export interface ErrorOutput {
  readonly output_type: "error";
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** An output of a cell, as notebook files have it. */
export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;

/** A cell of prose. */
export interface ProseCell {
  readonly kind: "markdown" | "raw";
  readonly id: string;
  readonly source: string;
  readonly tags: readonly string[];
}

/** A cell of code. */
export interface CodeCell {
  readonly kind: "code";
  readonly id: string;
  readonly source: string;
  /** Words that say what is expected of the cell, such as `figure`. */
  readonly tags: readonly string[];
  executionCount: number | null;
  outputs: Output[];
}

/** A cell. */
export type Cell = ProseCell | CodeCell;

/** A notebook, with what of a file is kept. */
export interface Notebook {
  readonly path: string;
  readonly cells: readonly Cell[];
}

/**
 * Reads a notebook file (nbformat 4) without its outputs.
 *
 * @throws {FileFormatError} If it is not a notebook.
 */
export async function readNotebook(path: string): Promise<Notebook> {
  const file = JsonField.parse(await Deno.readTextFile(path), path);
  if (file.get("nbformat").value !== 4) throw file.get("nbformat").error("4");
  const cells = file.get("cells").items().map((cell, index): Cell => {
    const kind = cell.get("cell_type").oneOf(["code", "markdown", "raw"]);
    const id = cell.get("id").present ? cell.get("id").string() : `cell-${index + 1}`;
    const tags = cell.get("metadata").get("tags");
    const shared = {
      id,
      source: lines(cell.get("source")),
      tags: tags.present ? tags.items().map((tag) => tag.string()) : [],
    };
    return kind === "code"
      ? { kind, ...shared, executionCount: null, outputs: [] }
      : { kind, ...shared };
  });
  return { path, cells };
}

/** Writes a notebook with its outputs; what it does not know of the old file is not kept. */
export async function writeNotebook(notebook: Notebook): Promise<void> {
  await writeFileAtomic(notebook.path, notebookText(notebook));
}

/** A notebook as the text of its file: the same cells and outputs give the same bytes. */
export function notebookText({ cells }: Notebook): string {
  const file = {
    cells: cells.map((cell) => ({
      cell_type: cell.kind,
      ...(cell.kind === "code" && { execution_count: cell.executionCount }),
      id: cell.id,
      metadata: cell.tags.length > 0 ? { tags: cell.tags } : {},
      ...(cell.kind === "code" && { outputs: cell.outputs.map(outputJson) }),
      source: splitLines(cell.source),
    })),
    metadata: {
      kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
      language_info: {
        file_extension: ".ts",
        mimetype: "text/x.typescript",
        name: "typescript",
      },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

function outputJson(output: Output): Record<string, unknown> {
  return output.output_type === "stream"
    ? { ...output, text: splitLines(output.text) }
    : { ...output };
}

// Files keep texts as lists of lines, for readable diffs.
function lines(field: JsonField): string {
  return typeof field.value === "string"
    ? field.value
    : field.items().map((line) => line.string()).join("");
}

function splitLines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}
