import { pathPoints } from "./element_box.ts";
import type { SvgElement } from "./svg_element.ts";

/** The length of a path of straight lines. */
export function pathLength(element: SvgElement): number {
  return segments(element).reduce((sum, { length }) => sum + length, 0);
}

/** The point at a distance along a path of straight lines; its end beyond that. */
export function pointAtLength(element: SvgElement, distance: number): { x: number; y: number } {
  let rest = distance;
  let end = { x: 0, y: 0 };
  for (const { from, to, length } of segments(element)) {
    const part = length === 0 ? 1 : Math.min(1, rest / length);
    end = { x: from[0] + part * (to[0] - from[0]), y: from[1] + part * (to[1] - from[1]) };
    if (rest <= length) return end;
    rest -= length;
  }
  return end;
}

interface Segment {
  from: [number, number];
  to: [number, number];
  length: number;
}

function segments(element: SvgElement): Segment[] {
  const points = pathPoints(element);
  return points.slice(1).flatMap((to, k) => {
    const from = points[k];
    return from ? [{ from, to, length: Math.hypot(to[0] - from[0], to[1] - from[1]) }] : [];
  });
}
