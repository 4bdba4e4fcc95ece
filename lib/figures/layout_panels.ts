import type { Layout } from "plotly.js-dist";
import { plainText } from "./readable.ts";
import type { Axis } from "./theme.ts";

/** One of several small plots of a figure. */
export interface Panel {
  /** What stands above it. */
  readonly title: string;
  readonly xaxis: Axis;
  readonly yaxis: Axis;
}

/** Options for {@linkcode layoutPanels}. */
export interface LayoutPanelsOptions {
  columns: number;
  /** The empty part between columns, in parts of the width; by default 0.09. */
  columnGap?: number;
  /** The empty part between rows, in parts of the height; by default 0.16. */
  rowGap?: number;
}

/** Lays panels out in rows; panel `k` has the axes that {@linkcode panelAxes} names. */
export function layoutPanels(
  panels: readonly Panel[],
  { columns, columnGap = 0.09, rowGap = 0.16 }: LayoutPanelsOptions,
): Partial<Layout> {
  const rows = Math.ceil(panels.length / columns);
  const width = (1 - columnGap * (columns - 1)) / columns;
  const height = (1 - rowGap * (rows - 1)) / rows;
  const layout: Record<string, unknown> = {};
  const annotations = panels.map(({ title, xaxis, yaxis }, k) => {
    const left = (k % columns) * (width + columnGap);
    const top = 1 - Math.floor(k / columns) * (height + rowGap);
    const names = panelAxes(k);
    layout[layoutKey(names.x)] = {
      ...xaxis,
      domain: [left, Math.min(left + width, 1)],
      anchor: names.y,
    };
    layout[layoutKey(names.y)] = {
      ...yaxis,
      domain: [Math.max(top - height, 0), top],
      anchor: names.x,
    };
    return {
      text: `<b>${plainText(title)}</b>`,
      showarrow: false,
      xref: "paper" as const,
      yref: "paper" as const,
      x: left,
      y: top,
      xanchor: "left" as const,
      yanchor: "bottom" as const,
      yshift: 2,
    };
  });
  // Room for the first row's titles under the figure's own.
  const margin = { l: 70, r: 24, t: 106, b: 68 };
  return { margin, ...layout, annotations: annotations.filter(({ text }) => text !== "<b></b>") };
}

/** The axes of panel `k`, as a trace names them. */
export function panelAxes(k: number): { x: string; y: string } {
  return k === 0 ? { x: "x", y: "y" } : { x: `x${k + 1}`, y: `y${k + 1}` };
}

function layoutKey(axis: string): string {
  return `${axis.charAt(0)}axis${axis.slice(1)}`;
}
