import type { SvgElement } from "./svg_element.ts";

/** Where a transform takes the point `(x, y)`: `(a x + c y + e, b x + d y + f)`, as in SVG's `matrix()`. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

/** The transform that an element has itself. */
export function ownTransform(element: SvgElement): Matrix {
  const steps = (element.getAttribute?.("transform") ?? "").matchAll(/(\w+)\s*\(([^)]*)\)/g);
  return steps.reduce((whole, [, name, numbers]) => {
    const values = (numbers ?? "").split(/[\s,]+/).filter((text) => text !== "").map(Number);
    return times(whole, stepOf(name ?? "", values));
  }, IDENTITY);
}

/** The transform from an element's coordinates to those of its page. */
export function pageTransform(element: SvgElement): Matrix {
  let whole = IDENTITY;
  for (let node: SvgElement | null = element; node; node = node.parentNode) {
    whole = times(ownTransform(node), whole);
  }
  return whole;
}

/** The point that a transform makes of a point. */
export function moved([a, b, c, d, e, f]: Matrix, [x, y]: [number, number]): [number, number] {
  return [a * x + c * y + e, b * x + d * y + f];
}

function stepOf(name: string, [p = 0, q, r = 0]: readonly number[]): Matrix {
  if (name === "translate") return [1, 0, 0, 1, p, q ?? 0];
  if (name === "scale") return [p, 0, 0, q ?? p, 0, 0];
  if (name !== "rotate") return IDENTITY;
  const [cos, sin] = [Math.cos(p * Math.PI / 180), Math.sin(p * Math.PI / 180)];
  const turn: Matrix = [cos, sin, -sin, cos, 0, 0];
  const [dx, dy] = [q ?? 0, r];
  return times(times([1, 0, 0, 1, dx, dy], turn), [1, 0, 0, 1, -dx, -dy]);
}

function times(m: Matrix, n: Matrix): Matrix {
  const [a, b] = moved([m[0], m[1], m[2], m[3], 0, 0], [n[0], n[1]]);
  const [c, d] = moved([m[0], m[1], m[2], m[3], 0, 0], [n[2], n[3]]);
  const [e, f] = moved(m, [n[4], n[5]]);
  return [a, b, c, d, e, f];
}
