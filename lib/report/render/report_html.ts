import { figureHtml, plotlyScript } from "../../figures/render/figure_html.ts";
import type { Block, ReportDocument, TableBlock, TableColumn } from "../document.ts";
import { figuresOf } from "./report_pictures.ts";
import { STYLE } from "./report_style.ts";

/** Options for {@linkcode reportHtml}. */
export interface ReportHtmlOptions {
  /** SVG of figures by their ids, for readers without JavaScript. Default: none. */
  readonly pictures?: ReadonlyMap<string, string>;
}

/** The report as one file that needs nothing else: figures to explore, no network. */
export async function reportHtml(
  report: ReportDocument,
  { pictures = new Map() }: ReportHtmlOptions = {},
): Promise<string> {
  const script = figuresOf(report).length > 0 ? await plotlyScript() : "";
  const sections = report.sections.map(({ title, blocks }, index) =>
    `<section id="section-${index + 1}">\n<h2>${escaped(title)}</h2>\n${
      blocks.map((block) => blockHtml(block, pictures)).join("")
    }</section>\n`
  );
  const links = report.sections.map(({ title }, index) =>
    `<a href="#section-${index + 1}">${escaped(title)}</a>`
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(report.title)}: report</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
<noscript><style>.figure { display: none; }</style></noscript>
${script}</head>
<body>
<header>
<h1>${escaped(report.title)}</h1>
<p>${escaped(report.about)}</p>
<nav>${links.join(" ")}</nav>
</header>
<main>
${sections.join("")}</main>
</body>
</html>
`;
}

function blockHtml(block: Block, pictures: ReadonlyMap<string, string>): string {
  switch (block.kind) {
    case "text":
      return `<p>${escaped(block.text)}</p>\n`;
    case "warning":
      return `<p class="warning">${escaped(block.text)}</p>\n`;
    case "list":
      return `<ol>\n${block.items.map((item) => `<li>${escaped(item)}</li>\n`).join("")}</ol>\n`;
    case "code":
      return `<pre><code>${escaped(block.text)}</code></pre>\n`;
    case "table":
      return tableHtml(block);
    case "figure":
      return `<figure aria-label="${escaped(block.title)}">\n${
        figureHtml(block.figure, `figure-${block.id}`)
      }${pictureHtml(block.title, pictures.get(block.id))}</figure>\n`;
  }
}

function tableHtml({ columns, rows, caption }: TableBlock): string {
  const head = columns.map(({ title, align }) =>
    `<th scope="col" class="${align}">${escaped(title)}</th>`
  );
  const body = rows.map((row) =>
    `<tr>${
      row.map((cell, k) => `<td class="${cellClass(cell, columns[k])}">${escaped(cell)}</td>`)
        .join("")
    }</tr>\n`
  );
  const under = caption === undefined ? "" : `<p class="caption">${escaped(caption)}</p>\n`;
  return `<div class="table"><table>\n<thead><tr>${head.join("")}</tr></thead>\n<tbody>\n${
    body.join("")
  }</tbody>\n</table></div>\n${under}`;
}

// Browsers break lines too early in tables, and words as long as a hash not at all.
function cellClass(cell: string, column: TableColumn | undefined): string {
  const align = column?.align ?? "left";
  if (/\S{40}/.test(cell)) return `${align} long`;
  return cell.length <= 24 ? `${align} short` : align;
}

function pictureHtml(title: string, svg: string | undefined): string {
  if (svg === undefined) return "";
  const data = new TextEncoder().encode(svg).toBase64();
  return `<noscript><img alt="${
    escaped(title)
  }" src="data:image/svg+xml;base64,${data}"></noscript>\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
