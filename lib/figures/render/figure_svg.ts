import type { Figure } from "../figure.ts";
import { FONT_FAMILIES } from "../font.ts";
import { type FigureSize, figureSize } from "./figure_size.ts";
import { flatOpacity } from "./flat_opacity.ts";
import { plotlyPage } from "./plotly_page.ts";

// Plotly cuts a legend at its width in order to scroll it; another font's letters may need more.
const LEGEND_CLIP = / clip-path="url\(#legend[^"]*\)"/g;

/**
 * Draws a figure as SVG, without a browser. The same figure gives the same text.
 *
 * The first call loads plotly.js, which takes about a second; later ones take some tenths.
 *
 * @throws {RangeError} If the size is out of range.
 */
export async function figureSvg(figure: Figure, size: FigureSize = {}): Promise<string> {
  const whole = figureSize(figure, size);
  const font = { ...figure.layout.font, family: FONT_FAMILIES };
  const layout = { ...figure.layout, ...whole, font };
  const page = await plotlyPage();
  const drawn = await page.svg(JSON.stringify({ data: figure.data, layout }), whole);
  const start = drawn.indexOf(",") + 1;
  const svg = drawn.startsWith("data:") ? decodeURIComponent(drawn.slice(start)) : drawn;
  // The one value of SVG 1.1 that keeps the cells of a heat map sharp in every reader.
  const sharp = svg.replace(/image-rendering:[^"]*/g, "image-rendering: optimizeSpeed;");
  return flatOpacity(sharp.replace(LEGEND_CLIP, ""));
}
