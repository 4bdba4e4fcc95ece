import type { Figure } from "../figure.ts";
import { figurePng } from "./figure_png.ts";

/** What a notebook shows: the richest form that its reader knows. */
export interface FigureMime {
  readonly "application/vnd.plotly.v1+json": unknown;
  /** The picture, base64. */
  readonly "image/png": string;
  readonly "text/plain": string;
}

/** The method by which a Deno notebook asks a value how to show it. */
export const JUPYTER_DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** A figure that a notebook shows when it is the last value of a cell. */
export interface DisplayedFigure extends Figure {
  /** The forms for the notebook. */
  [JUPYTER_DISPLAY](): Promise<FigureMime>;
}

// Readers draw a picture at its own size; a column of a notebook is about so wide.
const WIDTH = 800;
// The kernel tears messages that are much larger.
const LARGEST_BYTES = 2e6;

/**
 * A figure for a notebook: interactive where there is a renderer for Plotly, a picture everywhere else.
 * There is no HTML on purpose: sites that show notebooks prefer it and strip its scripts.
 *
 * @throws {RangeError} If it is above 2 MB, which a notebook's kernel cannot send safely.
 */
export async function figureMime(figure: Figure): Promise<FigureMime> {
  const json = JSON.stringify({ data: figure.data, layout: figure.layout, config: {} });
  const png = (await figurePng(figure, { width: WIDTH })).toBase64();
  if (json.length + png.length > LARGEST_BYTES) {
    const megabytes = ((json.length + png.length) / 1e6).toFixed(1);
    throw new RangeError(
      `Cannot show a figure of ${megabytes} MB in a notebook, 2 MB is the most: thin its data`,
    );
  }
  const title = figure.layout.title;
  const text = typeof title === "object" ? title.text : title;
  return {
    "application/vnd.plotly.v1+json": JSON.parse(json),
    "image/png": png,
    "text/plain": `[figure: ${(text ?? "untitled").replace(/<[^>]*>/g, "")}]`,
  };
}

/** The figure with the method by which a Deno notebook shows it as a cell's last value. */
export function displayFigure(figure: Figure): DisplayedFigure {
  return { ...figure, [JUPYTER_DISPLAY]: () => figureMime(figure) };
}
