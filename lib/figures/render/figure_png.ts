import type { Figure } from "../figure.ts";
import { FONT_FAMILY } from "../font.ts";
import type { FigureSize } from "./figure_size.ts";
import { figureSvg } from "./figure_svg.ts";
import { fontFiles } from "./font_files.ts";

/** Options for {@linkcode figurePng}. */
export interface FigurePngOptions extends FigureSize {
  /** Pixels of the picture for each pixel of the figure; by default 1. */
  scale?: number;
}

/**
 * Draws a figure as PNG, without a browser and with a font of its own, so that it is the same on all
 * machines.
 *
 * @throws {RangeError} If the size or the scale is out of range.
 */
export async function figurePng(
  figure: Figure,
  { scale = 1, ...size }: FigurePngOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  if (!(scale > 0 && scale <= 8)) {
    throw new RangeError(
      `Cannot draw a figure: 'scale' must be above 0 and at most 8: current value is ${scale}`,
    );
  }
  const { Resvg } = await import("@resvg/resvg-js");
  const picture = new Resvg(await figureSvg(figure, size), {
    fitTo: { mode: "zoom", value: scale },
    font: { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: FONT_FAMILY },
    background: "white",
  });
  return new Uint8Array(picture.render().asPng());
}
