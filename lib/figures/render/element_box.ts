import { numberAttribute, type SvgElement } from "./svg_element.ts";
import type { TextRuler } from "./text_ruler.ts";
import { type Matrix, moved, ownTransform, pageTransform } from "./transform.ts";

// Inter's ascent and line height, and Plotly's distance of lines, in parts of the font's size.
const ASCENT = 0.97;
const LINE_HEIGHT = 1.21;
const LINE_DISTANCE = 1.3;

/** A rectangle as the DOM has it. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A box from its corner and size. */
export function box(x: number, y: number, width: number, height: number): Box {
  return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
}

/** The box of an SVG element, as `getBBox()` returns it in a browser. Curves count by their points. */
export function elementBox(element: SvgElement, ruler: TextRuler): Box {
  switch (element.nodeName.toLowerCase()) {
    case "text":
    case "tspan":
      return textBox(element, ruler);
    case "rect":
    case "image": {
      const [x, y] = [numberAttribute(element, "x"), numberAttribute(element, "y")];
      return box(x, y, numberAttribute(element, "width"), numberAttribute(element, "height"));
    }
    case "path":
      return aroundPoints(pathPoints(element));
    default:
      return groupBox(element, ruler);
  }
}

/** The upright box around an SVG element on its page, as `getBoundingClientRect()` returns it. */
export function pageBox(element: SvgElement, ruler: TextRuler): Box {
  return aroundPoints(movedCorners(elementBox(element, ruler), pageTransform(element)));
}

/** The points of a path in order, control points too. */
export function pathPoints(element: SvgElement): [number, number][] {
  const numbers = (element.getAttribute?.("d") ?? "").match(/-?\d+\.?\d*(e-?\d+)?/g) ?? [];
  const points: [number, number][] = [];
  for (let k = 0; k + 1 < numbers.length; k += 2) {
    points.push([Number(numbers[k]), Number(numbers[k + 1])]);
  }
  return points;
}

function textBox(element: SvgElement, ruler: TextRuler): Box {
  const { width, lines, fontSize } = ruler.measure(element);
  const anchor = element.getAttribute?.("text-anchor") || element.style?.textAnchor || "start";
  const shift = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
  const height = (LINE_HEIGHT + (lines - 1) * LINE_DISTANCE) * fontSize;
  const y = numberAttribute(element, "y") - ASCENT * fontSize;
  return box(numberAttribute(element, "x") - shift, y, width, height);
}

function groupBox(element: SvgElement, ruler: TextRuler): Box {
  const corners: [number, number][] = [];
  for (const child of element.children ?? []) {
    const inner = elementBox(child, ruler);
    if (inner.width !== 0 || inner.height !== 0) {
      corners.push(...movedCorners(inner, ownTransform(child)));
    }
  }
  return aroundPoints(corners);
}

function movedCorners({ left, top, right, bottom }: Box, matrix: Matrix): [number, number][] {
  const corners: [number, number][] = [[left, top], [right, top], [right, bottom], [left, bottom]];
  return corners.map((corner) => moved(matrix, corner));
}

function aroundPoints(points: readonly [number, number][]): Box {
  if (points.length === 0) return box(0, 0, 0, 0);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [x, y] = [least(xs), least(ys)];
  return box(x, y, -least(xs.map((value) => -value)) - x, -least(ys.map((value) => -value)) - y);
}

// A loop: a path can have more points than a call may have arguments.
function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Infinity);
}
