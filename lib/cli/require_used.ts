/** A run's resolved specification. */
export interface Resolved {
  readonly spec: object;
}

/**
 * Refuses values that are set in runs none of which has such a field, as a learning rate of adapters in runs
 * without adapters: the result would look as if it were for that value.
 *
 * @param overrides What was set, as {@linkcode parseOverrides} gives it.
 * @param runs The selected runs as they would be without it, and as they will be: a value can take its own
 * field away, as no steps do with all of the training, or bring it.
 * @throws {RangeError} If a field is in no run.
 */
export function requireUsed(overrides: object, runs: readonly Resolved[]): void {
  for (const path of leafPaths(overrides)) {
    if (runs.some(({ spec }) => valueAt(spec, path) !== undefined)) continue;
    throw new RangeError(
      `Cannot set '${
        path.join(".")
      }': no run that is selected has it: leave out that --set, or select ` +
        `other runs`,
    );
  }
}

function leafPaths(value: object): string[][] {
  return Object.entries(value).flatMap(([name, part]) =>
    isGroup(part) ? leafPaths(part).map((path) => [name, ...path]) : [[name]]
  );
}

function isGroup(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueAt(spec: object, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, name) => isGroup(part) ? Reflect.get(part, name) : undefined,
    spec,
  );
}
