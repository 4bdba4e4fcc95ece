/**
 * One description from several: objects are joined field by field, and of what is said twice the later
 * holds. The parts stay as they are.
 *
 * `merge` is associative, and `{}` changes nothing.
 */
export function merge<T extends object>(...parts: readonly T[]): T {
  return parts.reduce<object>(mergeTwo, {}) as T;
}

function mergeTwo(first: object, second: object): object {
  const merged = new Map<string, unknown>(Object.entries(first));
  for (const [key, value] of Object.entries(second)) {
    const before = merged.get(key);
    merged.set(key, isObject(before) && isObject(value) ? mergeTwo(before, value) : value);
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
