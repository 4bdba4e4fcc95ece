import type { Method } from "../methods/method.ts";
import type { MethodSettings } from "../methods/settings.ts";
import type { Role } from "../model/trainable.ts";

/** The name of a setting that a run can say; the seed is the run's own. */
export type SettingName = Exclude<keyof MethodSettings, "seed">;

interface MethodFacts {
  /** The settings that change what the method does; those of activations change every method. */
  readonly settings: readonly SettingName[];
  /** Settings that runs had no choice of at first: at float32 they do not count, and ids stay. */
  readonly later?: readonly ("compute" | "weightStorage")[];
  /** What the method can train. */
  readonly roles: readonly Role[];
}

const EVERY = ["activationBits", "keyValueBits"] as const;
const GRID = ["bits", "granularity", "grid", "scaleFormat"] as const;
const SEARCH = ["rangeExponent", "rangeCandidates"] as const;
const ADAPTER = ["rank", "alpha", "adapterDeviation"] as const;

const FACTS: ReadonlyMap<string, MethodFacts> = new Map<string, MethodFacts>([
  ["float", { settings: ["trainWeight"], later: ["weightStorage"], roles: ["weight"] }],
  ["lora", { settings: [...ADAPTER, "weightStorage"], roles: ["adapter"] }],
  ["rtn", { settings: [...GRID, ...SEARCH], roles: [] }],
  ["lsq", {
    settings: [...GRID, ...SEARCH, "learnScale", "lsqGradientScale", "recompute"],
    later: ["weightStorage"],
    roles: ["weight", "scale"],
  }],
  ["peqa", { settings: [...GRID, ...SEARCH, "learnScale"], roles: ["scale"] }],
  ["lr-qat", {
    settings: [...GRID, ...SEARCH, ...ADAPTER, "adapterStart", "phi", "learnScale", "recompute"],
    roles: ["adapter", "scale"],
  }],
  ["l4q", {
    settings: [...GRID, ...ADAPTER, "scaleStart", "learnScale", "warmup", "weightStorage"],
    roles: ["adapter", "scale", "offset"],
  }],
  ["qat-lora", {
    settings: [...GRID, ...ADAPTER, "scaleStart", "learnScale", "weightStorage"],
    roles: ["adapter", "scale", "offset"],
  }],
  ["qlora", { settings: ["bits", "granularity", ...ADAPTER], roles: ["adapter"] }],
  ["qlora-star", { settings: [...GRID, ...SEARCH, ...ADAPTER], roles: ["adapter"] }],
]);

const OF_ADAPTERS: readonly SettingName[] = ["alpha", "adapterDeviation", "adapterStart"];
const OF_TRAINING: readonly SettingName[] = [
  "learnScale",
  "lsqGradientScale",
  "recompute",
  "trainWeight",
];

/**
 * The settings that a method looks at. Others change nothing, so runs that differ only in them are one.
 *
 * @param settings What is known: without an adapter its settings do not count.
 * @param isTrained Whether anything is trained at all.
 */
export function settingsThatCount(
  { name }: Method,
  settings: Pick<MethodSettings, "rank" | "compute" | "weightStorage">,
  isTrained: boolean,
): SettingName[] {
  const silent = laterSettings(name).filter((setting) => settings[setting] === "float32");
  return knownTo(name).filter((setting) =>
    (settings.rank > 0 || !OF_ADAPTERS.includes(setting)) &&
    !silent.some((other) => other === setting) &&
    (isTrained || !OF_TRAINING.includes(setting))
  );
}

/** The settings that a method can look at, whatever the others are. */
export function settingsKnown({ name }: Method): readonly SettingName[] {
  return knownTo(name);
}

/** The roles of what a method trains with these settings. */
export function trainedRoles(
  { name }: Method,
  { rank, learnScale, trainWeight }: Pick<MethodSettings, "rank" | "learnScale" | "trainWeight">,
): Role[] {
  const isLearned = (role: Role) => {
    if (role === "adapter") return rank > 0;
    if (role === "scale" || role === "offset") return learnScale;
    return name !== "float" || trainWeight;
  };
  return factsOf(name).roles.filter(isLearned);
}

function factsOf(name: string): MethodFacts {
  const facts = FACTS.get(name);
  if (facts) return facts;
  throw new RangeError(
    `Nothing is known of the settings that method '${name}' looks at: add them to its facts`,
  );
}

function laterSettings(name: string) {
  return ["compute" as const, ...factsOf(name).later ?? []];
}

function knownTo(name: string): readonly SettingName[] {
  return [...factsOf(name).settings, ...EVERY, ...laterSettings(name)];
}
