/**
 * The shapes of what ops give, from the shapes of what they take.
 *
 * @module
 */
import { ELEMENTWISE } from "./elementwise.ts";
import { INDEXING } from "./indexing.ts";
import { LAYOUT } from "./layout.ts";
import { PRODUCTS } from "./products.ts";
import { REDUCTION } from "./reduction.ts";
import type { Shape, ShapeQuery, ShapeRule } from "./rule.ts";
import { SOURCES } from "./sources.ts";

const RULES: ReadonlyMap<string, ShapeRule> = new Map([
  ...ELEMENTWISE,
  ...INDEXING,
  ...LAYOUT,
  ...PRODUCTS,
  ...REDUCTION,
  ...SOURCES,
]);

export type { Shape, ShapeQuery } from "./rule.ts";

/**
 * The shapes of an op's outputs.
 *
 * @throws {TypeError} If no rule is known, or the shape depends on data.
 * @throws {RangeError} If the inputs do not fit the op.
 */
export function inferShapes(query: ShapeQuery): readonly Shape[] {
  const rule = RULES.get(query.op);
  if (!rule) throw new TypeError(`No shape rule is known for ${query.op}`);
  return rule(query);
}
