import type { Layout } from "plotly.js-dist";
import type { Trace } from "./figure.ts";
import { NEUTRAL } from "./palette.ts";
import { plainText } from "./readable.ts";
import { axis } from "./theme.ts";

/** A place of a figure where a result should be and is not. */
export interface Gap {
  readonly x: number;
  readonly colour: string;
  /** `lost`: a run was begun and has no result; `missing`: no run is there. */
  readonly kind: "lost" | "missing";
  /** What the pointer says. */
  readonly text: string;
}

const SYMBOLS = { lost: "x", missing: "circle-open-dot" } as const;
const NAMES = { lost: "diverged or failed", missing: "no run" } as const;
/** The part of the figure's height that the strip takes. */
const HEIGHT = 0.075;

/**
 * A strip above a figure for results that are not there, so that they are seen and are no number: a cross
 * for a run that diverged or failed, a ring where there is no run.
 *
 * @returns The traces, and what they add to the layout; nothing where nothing is missing.
 */
export function lostStrip(gaps: readonly Gap[]): { data: Trace[]; layout: Partial<Layout> } {
  if (gaps.length === 0) return { data: [], layout: {} };
  const kinds = (["lost", "missing"] as const).filter((kind) =>
    gaps.some((gap) => gap.kind === kind)
  );
  const data = kinds.flatMap((kind) => [
    gapTrace(gaps.filter((gap) => gap.kind === kind), kind),
    legendTrace(kind),
  ]);
  const yaxis2 = axis("", {
    domain: [1 - HEIGHT, 1],
    range: [0, 1],
    showgrid: false,
    tickmode: "array",
    tickvals: [0.5],
    ticktext: ["no result"],
    ticks: "",
    fixedrange: true,
    showline: false,
  });
  return { data, layout: { yaxis2 } };
}

/** The part of the height that the strip leaves for the figure. */
export function domainBelow(gaps: readonly Gap[]): [number, number] {
  return [0, gaps.length === 0 ? 1 : 1 - HEIGHT - 0.02];
}

function gapTrace(gaps: readonly Gap[], kind: Gap["kind"]): Trace {
  return {
    type: "scatter",
    mode: "markers",
    yaxis: "y2",
    showlegend: false,
    cliponaxis: false,
    x: gaps.map(({ x }) => x),
    y: gaps.map(() => 0.5),
    marker: {
      symbol: SYMBOLS[kind],
      size: 10,
      color: gaps.map(({ colour }) => colour),
      line: { width: kind === "lost" ? 0 : 1.5 },
    },
    hovertext: gaps.map(({ text }) => plainText(text)),
    hovertemplate: "%{hovertext}<extra></extra>",
  };
}

function legendTrace(kind: Gap["kind"]): Trace {
  return {
    type: "scatter",
    mode: "markers",
    yaxis: "y2",
    name: NAMES[kind],
    x: [null],
    y: [null],
    marker: { symbol: SYMBOLS[kind], size: 10, color: NEUTRAL },
    hoverinfo: "skip",
  };
}
