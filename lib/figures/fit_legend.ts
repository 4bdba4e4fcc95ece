import type { Figure } from "./figure.ts";

/** What an entry of a legend takes, pixels: its first line, each further one, and what is above and below. */
const [FIRST, FURTHER, AROUND] = [26, 17, 160];

/** A figure as high as its legend beside the plot, which Plotly would else cut. */
export function fitLegend(figure: Figure): Figure {
  const entries = figure.data.filter((trace) =>
    trace.name && Reflect.get(trace, "showlegend") !== false
  );
  const needed = entries.reduce(
    (sum, { name = "" }) => sum + FIRST + FURTHER * (name.split("<br>").length - 1),
    AROUND,
  );
  const { height = 0 } = figure.layout;
  return needed <= height ? figure : { ...figure, layout: { ...figure.layout, height: needed } };
}
