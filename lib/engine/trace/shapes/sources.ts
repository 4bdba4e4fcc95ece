import type { ShapeQuery, ShapeRule } from "./rule.ts";

const range: ShapeRule = (query) => {
  const [start = 0, stop = 0, step = 1] = [0, 1, 2].map((input) => query.constant(input)[0]);
  return [[Math.max(0, Math.ceil((stop - start) / step))]];
};

function dependsOnData({ op }: ShapeQuery): never {
  throw new TypeError(
    `The shape of what ${op} gives depends on data; a compiled function needs fixed shapes`,
  );
}

/** Rules of ops that make tensors, and the ops whose shapes nobody can know. */
export const SOURCES: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ["Fill", (query) => [query.constant(0)]],
  ["LinSpace", (query) => [query.constant(2)]],
  ["Range", range],
  ["UniqueV2", dependsOnData],
  ["Where", dependsOnData],
]);
