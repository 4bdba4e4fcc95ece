import type { Figure } from "../figure.ts";

/** The size of a picture. */
export interface FigureSize {
  /** Pixels; by default 900. */
  width?: number;
  /** Pixels; by default the figure's own height, or 560. */
  height?: number;
}

const LARGEST = 8192;

/**
 * The whole size.
 *
 * @throws {RangeError} If a side is not a whole number of pixels from 100 to 8,192, or leaves no room for
 * a figure.
 */
export function figureSize(
  figure: Figure,
  { width = 900, height = figure.layout.height ?? 560 }: FigureSize,
): { width: number; height: number } {
  for (const [name, value] of [["width", width], ["height", height]] as const) {
    if (!Number.isInteger(value) || value < 100 || value > LARGEST) {
      throw new RangeError(
        `Cannot draw a figure: '${name}' must be a whole number of pixels from 100 to ${LARGEST}: current value is ${value}`,
      );
    }
  }
  return { width, height };
}
