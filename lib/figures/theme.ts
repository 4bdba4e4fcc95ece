import type { Layout } from "plotly.js-dist";
import { FONT_FAMILIES } from "./font.ts";
import { INK } from "./palette.ts";
import { plainText } from "./readable.ts";

const FRAME = "#b5b5b5";
const GRID = "#e9e9e9";

/** The axes of a layout. */
export type Axis = NonNullable<Layout["xaxis"]>;

/** Parts of a layout that every figure has. */
export interface FrameOptions {
  title: string;
  subtitle?: string | undefined;
  /** The height in pixels where the default is not enough. */
  height?: number;
}

/** The layout that all figures start from: title at the left, legend at the right, light grid. */
export function frame({ title, subtitle, height = 560 }: FrameOptions): Partial<Layout> {
  return {
    title: {
      text: `<b>${plainText(title)}</b>`,
      font: { size: 18 },
      ...(subtitle !== undefined &&
        { subtitle: { text: plainText(subtitle), font: { size: 13, color: "#5a5a5a" } } }),
      x: 0,
      xref: "container",
      xanchor: "left",
      y: 1,
      yref: "container",
      yanchor: "top",
      pad: { l: 20, t: 20 },
    },
    height,
    font: { family: FONT_FAMILIES, size: 13, color: INK },
    margin: { l: 70, r: 24, t: subtitle === undefined ? 64 : 84, b: 68 },
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    hoverlabel: { align: "left" },
    legend: { x: 1.02, xanchor: "left", y: 1, yanchor: "top", tracegroupgap: 6 },
  };
}

/** An axis with its title, in the figures' look. */
export function axis(title: string, more: Partial<Axis> = {}): Axis {
  return {
    ...(title !== "" && { title: { text: plainText(title) } }),
    automargin: true,
    showline: true,
    mirror: true,
    linecolor: FRAME,
    gridcolor: GRID,
    zeroline: false,
    ticks: "outside",
    tickcolor: FRAME,
    ticklen: 4,
    ...more,
  };
}
