import type { Figure } from "../figures/figure.ts";

/** A report as its renderers take it: text that stands for itself, without any markup. */
export interface ReportDocument {
  readonly title: string;
  /** What the study shows, in one line. */
  readonly about: string;
  readonly sections: readonly Section[];
}

/** A part of a report under a heading. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** What a section is made of. */
export type Block = TextBlock | WarningBlock | ListBlock | CodeBlock | TableBlock | FigureBlock;

/** A paragraph. */
export interface TextBlock {
  readonly kind: "text";
  readonly text: string;
}

/** A paragraph that must not be overlooked. */
export interface WarningBlock {
  readonly kind: "warning";
  readonly text: string;
}

/** A numbered list. */
export interface ListBlock {
  readonly kind: "list";
  readonly items: readonly string[];
}

/** Lines to type, as they are. */
export interface CodeBlock {
  readonly kind: "code";
  readonly text: string;
}

/** A table of texts. */
export interface TableBlock {
  readonly kind: "table";
  readonly columns: readonly TableColumn[];
  /** As many cells in each row as there are columns. */
  readonly rows: readonly (readonly string[])[];
  /** How the numbers came about. */
  readonly caption?: string;
}

/** A column of a table. */
export interface TableColumn {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly align: "left" | "right";
}

/** A figure. */
export interface FigureBlock {
  readonly kind: "figure";
  /** Its name within the report, of letters, digits and `-`. */
  readonly id: string;
  readonly title: string;
  readonly figure: Figure;
}

/** What a cell holds where there is nothing. */
export const NOTHING = "–";

/** Columns of texts, or of numbers. */
export function columns(align: TableColumn["align"], ...titles: readonly string[]): TableColumn[] {
  return titles.map((title) => ({ title, align }));
}
