import type { BosPlace } from "../eval/protocol.ts";
import type { Method } from "../methods/method.ts";
import { methodNamed } from "../methods/registry.ts";
import { describeSettings, type MethodSettings, resolveSettings } from "../methods/settings.ts";
import type { Role } from "../model/trainable.ts";
import { ADAMW_DEFAULTS, type AdamWOptions } from "../train/adamw.ts";
import { configurationHash } from "../io/config_hash.ts";
import type { OptimizerGroup } from "../train/optimizer.ts";
import type { Schedule } from "../train/schedule.ts";
import type { Recompute } from "../train/step.ts";
import { requireKnownNames } from "./known_names.ts";
import { defaultGroup } from "./default_rates.ts";
import { checkFields } from "./fields/check_fields.ts";
import { settingsKnown, settingsThatCount, trainedRoles } from "./method_facts.ts";
import type { RunOptions, RunSettings, TrainingChoice } from "./run_options.ts";

/**
 * The resolved configuration of one run: every default is filled in, and what does not count is left
 * out. Two runs with equal specifications are one run.
 */
export interface RunSpec {
  readonly model: string;
  readonly method: string;
  /** The settings that the method looks at. */
  readonly settings: RunSettings;
  /** `null` where nothing is trained. */
  readonly training: TrainingSpec | null;
  readonly evaluation: EvaluationSpec;
  /** The seed of adapters, data order and dropout; 0 where none of them is. */
  readonly seed: number;
}

/** How a run trains, resolved. */
export interface TrainingSpec {
  readonly corpus: string;
  readonly steps: number;
  readonly batch: number;
  readonly accumulation: number;
  readonly seq: number;
  readonly optimizer: AdamWOptions & {
    readonly clip: number;
    /** One group for each role that is trained. */
    readonly groups: Readonly<Partial<Record<Role, Required<OptimizerGroup>>>>;
  };
  readonly schedule: Schedule;
  readonly recompute: Recompute;
  readonly dropout: number;
}

/** How a run is scored, resolved. */
export interface EvaluationSpec {
  readonly corpus: string;
  readonly seq: number;
  readonly stride: number;
  readonly bos: BosPlace;
  readonly blocks: number | "all";
  readonly validationBlocks: number | "all";
  readonly validateEvery: number;
}

/**
 * Fills in the defaults, checks everything that can be checked without the model, and leaves out what
 * the method does not look at.
 *
 * @throws {RangeError} If a key, name or value is not allowed; the message says what to write.
 * @throws {TypeError} If a value is of another type.
 */
export function resolveSpec(options: RunOptions): RunSpec {
  checkFields(options);
  if (options.method === undefined) {
    throw new RangeError("Cannot build a run: 'method' is missing; write a name such as lr-qat");
  }
  const method = methodNamed(options.method);
  const settings = resolveMethod(method, options.settings ?? {});
  const roles = trainedRoles(method, settings);
  const training = roles.length === 0 ? null : resolveTraining(method, roles, options.training);
  const spec: RunSpec = {
    model: options.model ?? "brown-4m",
    method: method.name,
    settings: countingSettings(method, settings, training !== null),
    training,
    evaluation: resolveEvaluation(options, training !== null),
    seed: training || settings.rank > 0 ? options.seed ?? 0 : 0,
  };
  requireKnownNames(spec);
  return spec;
}

/** The run's id: the sha256 of its specification. */
export function runId(spec: RunSpec): string {
  return configurationHash(spec);
}

/** All settings of a run's method, those that do not count included. */
export function methodSettings({ method, settings, seed }: RunSpec): MethodSettings {
  return resolveSettings(methodNamed(method), { ...settings, seed });
}

function resolveMethod(method: Method, given: RunSettings): MethodSettings {
  const known: readonly string[] = settingsKnown(method);
  const looked = Object.entries(given).filter(([name]) => known.includes(name));
  return resolveSettings(method, Object.fromEntries(looked));
}

function countingSettings(
  method: Method,
  settings: MethodSettings,
  isTrained: boolean,
): RunSettings {
  const described = describeSettings(settings);
  const names = settingsThatCount(method, settings, isTrained);
  return Object.fromEntries(names.map((name) => [name, described[name]]));
}

function resolveTraining(
  { name }: Method,
  roles: readonly Role[],
  given: TrainingChoice = {},
): TrainingSpec | null {
  const { steps = 500, optimizer: { groups = {}, ...constants } = {} } = given;
  if (steps === 0) return null;
  const groupOf = (role: Role) => [role, { ...defaultGroup(name, role), ...groups[role] }] as const;
  return {
    corpus: given.corpus ?? "brown",
    steps,
    batch: given.batch ?? 2,
    accumulation: given.accumulation ?? 1,
    seq: given.seq ?? 256,
    optimizer: {
      ...ADAMW_DEFAULTS,
      clip: 1,
      ...constants,
      groups: Object.fromEntries(roles.map(groupOf)),
    },
    schedule: { kind: "linear", warmup: 0.1, ...given.schedule },
    recompute: given.recompute ?? "none",
    dropout: given.dropout ?? 0,
  };
}

function resolveEvaluation(
  { evaluation: given = {}, training = {} }: RunOptions,
  isTrained: boolean,
): EvaluationSpec {
  const { seq = training.seq ?? 256, bos = "none" } = given;
  const { stride = bos === "blocks" ? seq - 1 : seq } = given;
  requireStride(seq, stride);
  return {
    corpus: given.corpus ?? training.corpus ?? "brown",
    seq,
    stride,
    bos,
    blocks: given.blocks ?? 50,
    validationBlocks: given.validationBlocks ?? 50,
    validateEvery: isTrained ? given.validateEvery ?? 0 : 0,
  };
}

function requireStride(seq: number, stride: number): void {
  if (stride <= seq) return;
  throw new RangeError(
    `Cannot build a run: 'evaluation.stride' must be at most 'evaluation.seq', ${seq}: current value is ${stride}`,
  );
}
