/** Which entries are meant: those that say at least this, or those for which a function says so. */
export type Condition<T> = T | ((entry: T) => boolean);

/** The entries that a condition means, in their order. */
export function only<T extends object>(list: readonly T[], condition: Condition<T>): T[] {
  return list.filter((entry) => meets(entry, condition));
}

/** The entries that a condition does not mean, in their order. */
export function except<T extends object>(list: readonly T[], condition: Condition<T>): T[] {
  return list.filter((entry) => !meets(entry, condition));
}

/** Whether an entry says at least what a pattern says, or a function says so. */
export function meets<T extends object>(entry: T, condition: Condition<T>): boolean {
  return typeof condition === "function" ? condition(entry) : says(entry, condition);
}

function says(entry: unknown, pattern: unknown): boolean {
  if (typeof pattern !== "object" || pattern === null) return Object.is(entry, pattern);
  if (typeof entry !== "object" || entry === null) return false;
  return Object.entries(pattern).every(([key, value]) =>
    Object.hasOwn(entry, key) && says((entry as Record<string, unknown>)[key], value)
  );
}
