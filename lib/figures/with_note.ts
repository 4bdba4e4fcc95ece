import type { Figure } from "./figure.ts";
import { NEUTRAL } from "./palette.ts";

/** The figure as it is or, where it has nothing to show, with a note in place of empty axes. */
export function withNote(figure: Figure): Figure {
  if (figure.data.some(hasPlace)) return figure;
  const hidden = { visible: false };
  const note = {
    text: "no run to show",
    xref: "paper" as const,
    yref: "paper" as const,
    x: 0.5,
    y: 0.5,
    showarrow: false,
    font: { color: NEUTRAL, size: 16 },
  };
  const { title, font, height } = figure.layout;
  return {
    data: [],
    layout: {
      ...(title !== undefined && { title }),
      ...(font && { font }),
      ...(height !== undefined && { height }),
      xaxis: hidden,
      yaxis: hidden,
      annotations: [note],
    },
  };
}

function hasPlace(trace: object): boolean {
  const places: unknown = Reflect.get(trace, "x");
  return Array.isArray(places) && places.some((place) => place !== null);
}
