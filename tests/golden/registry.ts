import type { Implementation } from "./implementation.ts";

/**
 * Implementations by the family of cases, which is how the names of its cases begin; `undefined` for a
 * family that is not implemented though a shorter one is.
 */
export type Registry = ReadonlyMap<string, Implementation | undefined>;

/** The registry's implementation for a case: that of the longest family whose name it has. */
export function implementationOf(registry: Registry, caseName: string): Implementation | undefined {
  let family = caseName;
  while (!registry.has(family) && family !== "") {
    family = family.slice(0, Math.max(0, family.lastIndexOf("-")));
  }
  return registry.get(family);
}
