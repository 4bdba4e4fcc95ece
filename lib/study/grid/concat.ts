/** The lists one after another. */
export function concat<T>(...lists: readonly (readonly T[])[]): T[] {
  return lists.flat();
}
