import { axisFromFront, intAttribute, type Shape, shapeOf, type ShapeRule } from "./rule.ts";

const gather: ShapeRule = (query) => {
  const [params, indices] = [shapeOf(query, 0), shapeOf(query, 1)];
  const axis = axisFromFront(query.constant(2)[0] ?? 0, params.length);
  const batch = intAttribute(query, "batch_dims", 0);
  return [[...params.slice(0, axis), ...indices.slice(batch), ...params.slice(axis + 1)]];
};

const gatherNd: ShapeRule = (query) => {
  const [params, indices] = [shapeOf(query, 0), shapeOf(query, 1)];
  return [[...indices.slice(0, -1), ...params.slice(indices.at(-1) ?? 0)]];
};

const oneHot: ShapeRule = (query) => {
  const depth = query.constant(1)[0] ?? 0;
  const indices = shapeOf(query, 0);
  const axis = axisFromFront(intAttribute(query, "axis", -1), indices.length + 1);
  return [[...indices.slice(0, axis), depth, ...indices.slice(axis)]];
};

const segmentSum: ShapeRule = (query) => {
  const segments = query.constant(2)[0] ?? 0;
  return [[segments, ...shapeOf(query, 0).slice(shapeOf(query, 1).length)]];
};

const topK: ShapeRule = (query) => {
  const shape: Shape = [...shapeOf(query, 0).slice(0, -1), query.constant(1)[0] ?? 1];
  return [shape, shape];
};

/** Rules of ops that look up or scatter by index. */
export const INDEXING: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ["Bincount", (query) => [query.constant(1)]],
  ["GatherNd", gatherNd],
  ["GatherV2", gather],
  ["OneHot", oneHot],
  ["ScatterNd", (query) => [query.constant(2)]],
  ["TensorScatterUpdate", (query) => [shapeOf(query, 0)]],
  ["TopKV2", topK],
  ["UnsortedSegmentSum", segmentSum],
]);
