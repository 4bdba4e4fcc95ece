import { sizeOf } from "../dtype.ts";

/**
 * The shape of what two tensors broadcast to.
 *
 * @throws {RangeError} If they do not.
 */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new RangeError(`Shapes [${a}] and [${b}] do not broadcast`);
    }
    return left === 1 ? right : left;
  });
}

/** Steps from element to element of `shape`, row-major, along each axis of `target`; 0 where it broadcasts. */
export function broadcastStrides(shape: readonly number[], target: readonly number[]): number[] {
  return target.map((_, i) => {
    const axis = i - (target.length - shape.length);
    if (axis < 0 || shape[axis] === 1) return 0;
    return sizeOf(shape.slice(axis + 1));
  });
}
