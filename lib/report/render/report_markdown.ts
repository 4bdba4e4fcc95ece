import type { Block, ReportDocument, TableBlock } from "../document.ts";

/** Options for {@linkcode reportMarkdown}. */
export interface ReportMarkdownOptions {
  /** The path of a figure's picture by its id; without it only its title is named. */
  readonly pathOf?: (id: string) => string;
}

/** The report as Markdown (with tables as GitHub has them). */
export function reportMarkdown(
  report: ReportDocument,
  options: ReportMarkdownOptions = {},
): string {
  const parts = [
    `# ${escaped(report.title)}`,
    escaped(report.about),
    ...report.sections.flatMap(({ title, blocks }) => [
      `## ${escaped(title)}`,
      ...blocks.map((block) => blockMarkdown(block, options)),
    ]),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** A table as Markdown, such as for a README. */
export function tableMarkdown({ columns, rows, caption }: TableBlock): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [
    line(columns.map(({ title }) => escaped(title))),
    line(columns.map(({ align }) => align === "right" ? "--:" : ":--")),
    ...rows.map((row) => line(row.map(escaped))),
  ].join("\n");
  return caption === undefined ? table : `${table}\n\n${escaped(caption)}`;
}

/** A part of a report as Markdown. */
export function blockMarkdown(block: Block, { pathOf }: ReportMarkdownOptions = {}): string {
  switch (block.kind) {
    case "text":
      return escaped(block.text);
    case "warning":
      return `> **Note:** ${escaped(block.text)}`;
    case "list":
      return block.items.map((item, k) => `${k + 1}. ${escaped(item)}`).join("\n");
    case "code":
      return fenced(block.text);
    case "table":
      return tableMarkdown(block);
    case "figure":
      return pathOf
        ? `![${escaped(block.title)}](${encodeURI(pathOf(block.id))})`
        : `Figure: ${escaped(block.title)}`;
  }
}

function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sh\n${text}\n${fence}`;
}

// In one line, as cells are; the signs that Markdown would read get a backslash.
function escaped(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/[\\`*_[\]<>|#~]/g, "\\$&");
}
