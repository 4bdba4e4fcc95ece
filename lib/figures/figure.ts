import type { Data, Layout } from "plotly.js-dist";

/** One trace of a figure. */
export type Trace = Data;

/** What Plotly draws: traces, and the layout around them. Plain data, so it goes into JSON as it is. */
export interface Figure {
  readonly data: Trace[];
  readonly layout: Partial<Layout>;
}

/** What every figure's function can be told. */
export interface FigureOptions {
  /** The title; by default the figure says what it shows. */
  title?: string;
  /** The line under the title; by default it says how the numbers came about. */
  subtitle?: string;
}
