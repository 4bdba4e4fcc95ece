import { axisFromFront, boolAttribute, shapeOf, type ShapeRule } from "./rule.ts";

const reduce: ShapeRule = (query) => {
  const shape = shapeOf(query, 0);
  const axes = new Set(query.constant(1).map((axis) => axisFromFront(axis, shape.length)));
  if (boolAttribute(query, "keep_dims")) {
    return [shape.map((length, axis) => axes.has(axis) ? 1 : length)];
  }
  return [shape.filter((_, axis) => !axes.has(axis))];
};

/** Rules of ops that fold axes. */
export const REDUCTION: ReadonlyMap<string, ShapeRule> = new Map(
  ["All", "Any", "ArgMax", "ArgMin", "Max", "Mean", "Min", "Prod", "Sum"].map(
    (op) => [op, reduce] as const,
  ),
);
