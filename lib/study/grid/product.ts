import { merge } from "./merge.ts";

/**
 * Every choice of one entry from each list, merged. The last list runs fastest; of what two lists say,
 * the later holds.
 *
 * @example
 * ```ts ignore
 * product([{ bits: 4 }, { bits: 3 }], [{ rank: 1 }, { rank: 4 }]); // 4/1, 4/4, 3/1, 3/4
 * ```
 */
export function product<T extends object>(...lists: readonly (readonly T[])[]): T[] {
  return lists.reduce<T[]>(
    (done, list) => done.flatMap((before) => list.map((entry) => merge(before, entry))),
    [{} as T],
  );
}
