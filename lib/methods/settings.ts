import { nearestNames } from "../data/nearest_name.ts";
import { type Granularity, granularityText, parseGranularity } from "../quant/granularity.ts";
import { requireBits } from "../quant/grid.ts";
import { PHI_NAMES, type PhiName } from "../quant/downcast/phi.ts";
import { COMPUTE_TYPES, type ComputeType } from "../model/compute_type.ts";
import { parseBits } from "./activation_door.ts";
import { SCALE_FORMATS, type ScaleFormat } from "./effective_scale.ts";
import type { Method } from "./method.ts";

/** How a low-rank adapter starts. */
export const ADAPTER_STARTS = ["kaiming", "svd"] as const;
/** How L4Q and its kin find their first scales and offsets. */
export const SCALE_STARTS = ["l4q", "lsq+", "symm", "asymm"] as const;
/** The types in which a frozen float weight can be held. */
export const WEIGHT_STORAGES = ["float32", "bfloat16"] as const;

/** Everything that a method can be told, resolved. A method looks at what concerns it. */
export interface MethodSettings {
  /** Bits a code, 2 to 8. */
  readonly bits: number;
  /** Bits of the blocks' activations, 2 to 8; `null` leaves them in floating point. */
  readonly activationBits: number | null;
  /** Bits of the outputs of the key and value projections; `null` leaves them in floating point. */
  readonly keyValueBits: number | null;
  /** Which weights share a scale. */
  readonly granularity: Granularity;
  /** Whether codes count from zero; else from an integer zero-point of their own. */
  readonly grid: "symmetric" | "asymmetric";
  /** The rank of the adapter; 0 for none where the method allows it. */
  readonly rank: number;
  /** The low-rank product is multiplied by `alpha / rank`. */
  readonly alpha: number;
  /** The adapter's start: its product is zero, or the best rank-`rank` fit of the rounding error. */
  readonly adapterStart: typeof ADAPTER_STARTS[number];
  /** The standard deviation of the factor that starts at zero by default. */
  readonly adapterDeviation: number;
  /** LR-QAT's downcast of the frozen weight. */
  readonly phi: PhiName;
  /** The exponent of the range search, at least 1. */
  readonly rangeExponent: number;
  /** How many ranges the search tries. */
  readonly rangeCandidates: number;
  /** The first scales and offsets of L4Q and QAT-LoRA. */
  readonly scaleStart: typeof SCALE_STARTS[number];
  /** The format that holds each scale as the forward pass sees it. */
  readonly scaleFormat: ScaleFormat;
  /** Whether scales (and offsets) are trained. */
  readonly learnScale: boolean;
  /** Whether scales' gradients get LSQ's factor `1 / sqrt(N Qp)`. */
  readonly lsqGradientScale: boolean;
  /** Whether the backward pass makes the codes again instead of keeping a byte a weight. */
  readonly recompute: boolean;
  /** Whether L4Q starts in full precision and quantizes only after `endWarmup`. */
  readonly warmup: boolean;
  /** The type that holds a float weight, frozen or trained. */
  readonly weightStorage: typeof WEIGHT_STORAGES[number];
  /** The type of activations and products; in bfloat16, embeddings and head are held so, too. */
  readonly compute: ComputeType;
  /** Whether the float method trains its weights. */
  readonly trainWeight: boolean;
  /** The seed of the adapters. */
  readonly seed: number;
}

/**
 * What a user may say: settings, the granularity as a text (`channel`, `g128`) if liked, and bits as in
 * the papers' tables (`4-8-8`: weights, activations, keys and values).
 */
export type MethodOptions = Partial<Omit<MethodSettings, "bits" | "granularity">> & {
  readonly bits?: number | string;
  readonly granularity?: Granularity | string;
};

const DEFAULTS: MethodSettings = {
  bits: 4,
  activationBits: null,
  keyValueBits: null,
  granularity: { kind: "channel" },
  grid: "symmetric",
  rank: 32,
  alpha: 1,
  adapterStart: "kaiming",
  adapterDeviation: 0,
  phi: "fixed",
  rangeExponent: 4,
  rangeCandidates: 100,
  scaleStart: "l4q",
  scaleFormat: "portable",
  learnScale: true,
  lsqGradientScale: false,
  recompute: false,
  warmup: false,
  weightStorage: "float32",
  compute: "float32",
  trainWeight: true,
  seed: 0,
};

/**
 * A method's settings: what the user says, then the method's own defaults, then the general ones.
 *
 * @throws {RangeError} If a name is unknown, a value is out of range, or the method cannot take it.
 */
export function resolveSettings(method: Method, options: MethodOptions = {}): MethodSettings {
  const name = Object.keys(options).find((key) => !Object.hasOwn(DEFAULTS, key));
  if (name !== undefined) throw unknownSetting(name);
  const { granularity: given, bits: width, ...rest } = withoutUndefined(options);
  const bits = typeof width === "string"
    ? parseBits(width)
    : width === undefined
    ? {}
    : { bits: width };
  const own = withoutUndefined(method.defaults);
  const granularity = typeof given === "string" ? parseGranularity(given) : given;
  const rank = method.limits.adapter === "none" ? { rank: 0 } : {};
  const settings = {
    ...DEFAULTS,
    ...rank,
    ...own,
    ...bits,
    ...rest,
    ...(granularity && { granularity }),
  };
  requireValues(settings);
  requireLimits(method, settings);
  return settings;
}

/** The settings as plain values for a record: the granularity as its text. */
export function describeSettings(
  settings: MethodSettings,
): Record<string, string | number | boolean | null> {
  return { ...settings, granularity: granularityText(settings.granularity) };
}

/** `alpha / rank`; 0 without an adapter. */
export function multiplierOf({ alpha, rank }: Pick<MethodSettings, "alpha" | "rank">): number {
  return rank === 0 ? 0 : alpha / rank;
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}

function unknownSetting(name: string): RangeError {
  const near = nearestNames(name, Object.keys(DEFAULTS)).map((other) => `'${other}'`).join(" or ");
  const hint = near ? `did you mean ${near}?` : `known are ${Object.keys(DEFAULTS).join(", ")}`;
  return new RangeError(`Unknown setting '${name}': ${hint}`);
}

function requireValues(settings: MethodSettings): void {
  requireBits(settings.bits);
  for (const bits of [settings.activationBits, settings.keyValueBits]) {
    if (bits !== null) requireBits(bits);
  }
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  const rules: readonly (readonly [keyof MethodSettings, boolean, string])[] = [
    ["rank", isCount(settings.rank), "an integer of at least 0"],
    ["alpha", Number.isFinite(settings.alpha) && settings.alpha > 0, "a number above 0"],
    ["adapterDeviation", settings.adapterDeviation >= 0, "a number of at least 0"],
    ["rangeExponent", settings.rangeExponent >= 1, "a number of at least 1"],
    ["rangeCandidates", isCount(settings.rangeCandidates - 1), "an integer of at least 1"],
    ["seed", isCount(settings.seed), "an integer of at least 0"],
    oneOf(settings, "grid", ["symmetric", "asymmetric"]),
    oneOf(settings, "adapterStart", ADAPTER_STARTS),
    oneOf(settings, "phi", PHI_NAMES),
    oneOf(settings, "scaleStart", SCALE_STARTS),
    oneOf(settings, "scaleFormat", SCALE_FORMATS),
    oneOf(settings, "weightStorage", WEIGHT_STORAGES),
    oneOf(settings, "compute", COMPUTE_TYPES),
  ];
  for (const [name, isRight, expected] of rules) {
    if (!isRight) {
      throw new RangeError(
        `Setting '${name}' must be ${expected}: current value is ${settings[name]}`,
      );
    }
  }
}

function oneOf(
  settings: MethodSettings,
  name: keyof MethodSettings,
  values: readonly string[],
): readonly [keyof MethodSettings, boolean, string] {
  return [name, values.includes(settings[name] as string), `one of ${values.join(", ")}`];
}

function requireLimits({ name, limits }: Method, settings: MethodSettings): void {
  const { adapter, grids, granularities, bits } = limits;
  const refuse = (what: string) => {
    throw new RangeError(`Method ${name} cannot be prepared: ${what}`);
  };
  if (adapter === "required" && settings.rank === 0) refuse("it needs an adapter, but 'rank' is 0");
  if (adapter === "none" && settings.rank > 0) {
    refuse(`it has no adapter, but 'rank' is ${settings.rank}`);
  }
  if (grids.length > 0 && !grids.includes(settings.grid)) {
    refuse(`it takes the grid ${grids.join(" or ")}: current value is ${settings.grid}`);
  }
  const { kind } = settings.granularity;
  if (!granularities.includes(kind)) {
    const text = granularityText(settings.granularity);
    refuse(`it takes scales per ${granularities.join(" or ")}: current value is ${text}`);
  }
  if (bits && !bits.includes(settings.bits)) {
    refuse(`it has codes of ${bits.join(" or ")} bits: current value is ${settings.bits}`);
  }
}
