import type { BarData } from "plotly.js-dist";
import { type Hatch, INK } from "./palette.ts";

/** The fill of a bar: its colour, with white hatching that tells it apart without colour. */
export function barFill(colour: string, hatch: Hatch): NonNullable<BarData["marker"]> {
  return {
    color: colour,
    line: { color: "#ffffff", width: 1 },
    pattern: { shape: hatch, fillmode: "overlay", fgcolor: "#ffffff", fgopacity: 0.75, size: 7 },
  };
}

/** Error bars of bars, which are dark because Plotly's own would be as white as the hatching. */
export function errorBars(lengths: (number | null)[]): NonNullable<BarData["error_y"]> {
  return {
    type: "data",
    array: lengths.map((length) => length ?? 0),
    color: INK,
    thickness: 1.5,
    width: 4,
    visible: lengths.some((length) => length !== null),
  };
}
