import { sizeOf } from "../../dtype.ts";
import { axisFromFront, intAttribute, type Shape, shapeOf, type ShapeRule } from "./rule.ts";

const reshape: ShapeRule = (query) => {
  const wanted = query.constant(1);
  const size = sizeOf(shapeOf(query, 0));
  const known = sizeOf(wanted.filter((length) => length !== -1));
  const shape = wanted.map((length) => length === -1 ? size / known : length);
  if (sizeOf(shape) !== size) {
    throw new RangeError(`Cannot reshape [${shapeOf(query, 0)}] to [${wanted}]`);
  }
  return [shape];
};

const transpose: ShapeRule = (query) => {
  const shape = shapeOf(query, 0);
  return [query.constant(1).map((axis) => shape[axisFromFront(axis, shape.length)] ?? 1)];
};

const slice: ShapeRule = (query) => {
  const shape = shapeOf(query, 0);
  const begin = query.constant(1);
  return [
    query.constant(2).map((size, axis) => {
      const start = begin[axis] ?? 0;
      const length = size === -1 ? (shape[axis] ?? 0) - start : size;
      if (start < 0 || length < 0 || start + length > (shape[axis] ?? 0)) {
        throw new RangeError(
          `Slice [${begin}] + [${query.constant(2)}] leaves the shape [${shape}]`,
        );
      }
      return length;
    }),
  ];
};

// Bounds that a mask takes away, and those beyond the tensor, lie at its ends.
function strided(length: number, { begin, end, stride }: StridedBounds): number {
  const [low, high] = stride > 0 ? [0, length] : [-1, length - 1];
  const clamp = (k: number) => Math.min(Math.max(k < 0 ? k + length : k, low), high);
  const from = begin === undefined ? (stride > 0 ? low : high) : clamp(begin);
  const to = end === undefined ? (stride > 0 ? high : low) : clamp(end);
  return Math.max(0, Math.ceil((to - from) / stride));
}

interface StridedBounds {
  readonly begin: number | undefined;
  readonly end: number | undefined;
  readonly stride: number;
}

const stridedSlice: ShapeRule = (query) => {
  const [begin, end, strides] = [query.constant(1), query.constant(2), query.constant(3)];
  const bit = (mask: string, axis: number) => (intAttribute(query, mask, 0) >> axis & 1) === 1;
  if (intAttribute(query, "ellipsis_mask", 0) || intAttribute(query, "new_axis_mask", 0)) {
    throw new RangeError("An ellipsis or a new axis in a strided slice cannot be traced");
  }
  return [
    shapeOf(query, 0).flatMap((length, axis) => {
      if (bit("shrink_axis_mask", axis)) return [];
      return [strided(length, {
        begin: bit("begin_mask", axis) ? undefined : begin[axis],
        end: bit("end_mask", axis) ? undefined : end[axis],
        stride: strides[axis] ?? 1,
      })];
    }),
  ];
};

const concat: ShapeRule = (query) => {
  const tensors = query.inputs.slice(0, -1);
  const first = shapeOf(query, 0);
  const axis = axisFromFront(query.constant(tensors.length)[0] ?? 0, first.length);
  const total = tensors.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  return [first.map((length, k) => k === axis ? total : length)];
};

const pack: ShapeRule = (query) => {
  const first = shapeOf(query, 0);
  const axis = axisFromFront(intAttribute(query, "axis", 0), first.length + 1);
  return [[...first.slice(0, axis), query.inputs.length, ...first.slice(axis)]];
};

const unpack: ShapeRule = (query) => {
  const shape = shapeOf(query, 0);
  const axis = axisFromFront(intAttribute(query, "axis", 0), shape.length);
  const part = shape.filter((_, k) => k !== axis);
  return Array<Shape>(query.outputCount).fill(part);
};

const split: ShapeRule = (query) => {
  const shape = shapeOf(query, 0);
  const axis = axisFromFront(query.constant(2)[0] ?? 0, shape.length);
  return query.constant(1).map((size) => shape.map((length, k) => k === axis ? size : length));
};

const expandDims: ShapeRule = (query) => {
  const shape = shapeOf(query, 0);
  const axis = axisFromFront(query.constant(1)[0] ?? 0, shape.length + 1);
  return [[...shape.slice(0, axis), 1, ...shape.slice(axis)]];
};

const pad: ShapeRule = (query) => {
  const paddings = query.constant(1);
  const at = (k: number) => paddings[k] ?? 0;
  return [shapeOf(query, 0).map((length, axis) => length + at(2 * axis) + at(2 * axis + 1))];
};

const tile: ShapeRule = (query) => {
  const repeats = query.constant(1);
  return [shapeOf(query, 0).map((length, axis) => length * (repeats[axis] ?? 1))];
};

/** Rules of ops that move elements without computing. */
export const LAYOUT: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ["BroadcastTo", (query) => [query.constant(1)]],
  ["ConcatV2", concat],
  ["Diag", (query) => [[...shapeOf(query, 0), ...shapeOf(query, 0)]]],
  ["ExpandDims", expandDims],
  ["MirrorPad", pad],
  ["Pack", pack],
  ["PadV2", pad],
  ["Reshape", reshape],
  ["Slice", slice],
  ["SplitV", split],
  ["StridedSlice", stridedSlice],
  ["Tile", tile],
  ["Transpose", transpose],
  ["Unpack", unpack],
]);
