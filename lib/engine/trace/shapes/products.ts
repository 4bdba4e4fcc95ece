import {
  boolAttribute,
  broadcast,
  type Shape,
  shapeOf,
  type ShapeQuery,
  type ShapeRule,
} from "./rule.ts";

function matrix(query: ShapeQuery, index: number, transposed: boolean): [Shape, number, number] {
  const shape = shapeOf(query, index);
  const [rows, columns] = shape.slice(-2);
  if (rows === undefined || columns === undefined) {
    throw new RangeError(`Needs matrices: input ${index} has the shape [${shape}]`);
  }
  const batch = shape.slice(0, -2);
  return transposed ? [batch, columns, rows] : [batch, rows, columns];
}

function product(transposeX: string, transposeY: string): ShapeRule {
  return (query) => {
    const [batchX, rows, inner] = matrix(query, 0, boolAttribute(query, transposeX));
    const [batchY, innerY, columns] = matrix(query, 1, boolAttribute(query, transposeY));
    if (inner !== innerY) {
      throw new RangeError(`Inner lengths differ: ${inner} and ${innerY}`);
    }
    return [[...broadcast(batchX, batchY), rows, columns]];
  };
}

const einsum: ShapeRule = (query) => {
  const equation = query.attributes.get("equation");
  const [left = "", right = ""] = equation?.kind === "string" ? equation.value.split("->") : [];
  const lengths = new Map<string, number>();
  for (const [i, term] of left.split(",").entries()) {
    for (const [axis, letter] of [...term.trim()].entries()) {
      const length = shapeOf(query, i)[axis];
      if (length === undefined || (lengths.get(letter) ?? length) !== length) {
        throw new RangeError(
          `Einsum '${left}->${right}': index '${letter}' does not fit input ${i}`,
        );
      }
      lengths.set(letter, length);
    }
  }
  return [[...right.trim()].map((letter) => lengths.get(letter) ?? 1)];
};

/** Rules of matrix products. */
export const PRODUCTS: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ["BatchMatMulV2", product("adj_x", "adj_y")],
  ["Einsum", einsum],
  ["MatMul", product("transpose_a", "transpose_b")],
]);
