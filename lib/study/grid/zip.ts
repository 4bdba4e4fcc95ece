import { merge } from "./merge.ts";

/**
 * The first entries of all lists merged, then the second ones, and so on.
 *
 * @throws {RangeError} If the lists are not equally long.
 */
export function zip<T extends object>(
  first: readonly T[],
  ...others: readonly (readonly T[])[]
): T[] {
  const odd = others.find(({ length }) => length !== first.length);
  if (odd) {
    throw new RangeError(
      `Cannot zip lists of different lengths: the first has ${first.length} entries, another has ${odd.length}`,
    );
  }
  return first.map((entry, i) => merge(entry, ...others.flatMap((list) => list.slice(i, i + 1))));
}
