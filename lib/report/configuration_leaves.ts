import { readableSetting } from "../figures/readable.ts";
import type { Manifest, RunRow } from "../results/mod.ts";

const READABLE: ReadonlyMap<string, keyof RunRow> = new Map([
  ["settings.granularity", "granularity"],
  ["settings.rank", "rank"],
  ["settings.alpha", "alpha"],
  ["settings.phi", "phi"],
  ["settings.adapterStart", "adapter_start"],
  ["settings.scaleStart", "scale_start"],
  ["settings.scaleFormat", "scale_format"],
  ["settings.rangeExponent", "range_exponent"],
  ["training.steps", "steps"],
  ["training.batch", "batch"],
  ["training.accumulation", "accumulation"],
  ["training.seq", "seq"],
  ...(["weight", "adapter", "scale", "offset"] as const).map((role) =>
    [`training.optimizer.groups.${role}.learningRate`, `lr_${role}`] as const
  ),
]);

/** The values of a configuration by their paths, such as `training.steps`. */
export function configurationLeaves(
  value: Manifest["configuration"],
  path = "",
): Map<string, string> {
  if (value === null || typeof value !== "object") return new Map([[path, String(value)]]);
  return new Map(
    Object.entries(value).flatMap(([name, part]) => [
      ...configurationLeaves(part, path === "" ? name : `${path}.${name}`),
    ]),
  );
}

/** A value of a configuration with its name, for a label; nothing where it goes without saying. */
export function leafText(path: string, value: string | undefined): string {
  if (value === undefined) return `no ${lastOf(path)}`;
  if (path === "model") return value;
  if (path === "settings.learnScale") return `${value === "true" ? "learned" : "frozen"} scale`;
  if (path === "settings.recompute") return value === "true" ? "linear layers again" : "";
  if (path === "training.recompute") return value === "block" ? "blocks again" : "";
  const key = READABLE.get(path);
  return key ? readableSetting(key, value) : `${lastOf(path)} = ${value}`;
}

function lastOf(path: string): string {
  const parts = path.split(".");
  // Roles have equal names within: "adapter.learningRate" says which.
  return parts.slice(parts.includes("groups") ? -2 : -1).join(".");
}
