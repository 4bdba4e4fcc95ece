import type { Role, Trainable } from "../model/trainable.ts";
import { COMPUTE_TYPES, type ComputeType } from "../model/compute_type.ts";
import { ADAMW_DEFAULTS, type AdamWOptions } from "./adamw.ts";

/** How the tensors of one role are trained. */
export interface OptimizerGroup {
  /** The learning rate at the schedule's height. */
  readonly learningRate: number;
  /** The decoupled weight decay. Default: 0. */
  readonly weightDecay?: number;
}

/** The settings of AdamW. */
export interface OptimizerOptions extends Partial<AdamWOptions> {
  /** How each role is trained; a role without a group is not allowed in the model. */
  readonly groups: Readonly<Partial<Record<Role, OptimizerGroup>>>;
  /** The limit of the global gradient norm. Default: 1, as in LR-QAT's paper. */
  readonly clip?: number;
  /** The type that holds the two moments between steps. Default: `float32`. */
  readonly moments?: ComputeType;
}

/** {@linkcode OptimizerOptions} with all defaults filled in. */
export interface Optimizer extends AdamWOptions {
  readonly groups: ReadonlyMap<Role, Required<OptimizerGroup>>;
  readonly clip: number;
  readonly moments: ComputeType;
}

const DEFAULTS = { ...ADAMW_DEFAULTS, clip: 1, moments: "float32" } as const;

/**
 * Fills in the defaults and checks the settings.
 *
 * @param trainables What is trained.
 * @throws {RangeError} If a setting is out of range or a role that is trained has no group.
 */
export function resolveOptimizer(
  options: OptimizerOptions,
  trainables: readonly Trainable[],
): Optimizer {
  const { beta1, beta2, epsilon, clip, moments } = { ...DEFAULTS, ...options };
  requireNumber("beta1", beta1, { from: 0, below: 1 });
  requireNumber("beta2", beta2, { from: 0, below: 1 });
  requireNumber("epsilon", epsilon, { from: 0, below: Infinity });
  requireNumber("clip", clip, { from: Number.MIN_VALUE, below: Infinity });
  const roles = new Set(trainables.map(({ role }) => role));
  const groups = new Map([...roles].map((role) => [role, groupOf(options, role)]));
  if (!COMPUTE_TYPES.includes(moments)) {
    throw new RangeError(
      `Cannot train: 'moments' must be ${COMPUTE_TYPES.join(" or ")}: current value is ${moments}`,
    );
  }
  return { beta1, beta2, epsilon, clip, moments, groups };
}

function groupOf({ groups }: OptimizerOptions, role: Role): Required<OptimizerGroup> {
  const group = groups[role];
  if (!group) {
    throw new RangeError(
      `The model trains tensors of role '${role}', and 'groups.${role}' is missing: give it a learning rate`,
    );
  }
  const { learningRate, weightDecay = 0 } = group;
  requireNumber(`groups.${role}.learningRate`, learningRate, { from: 0, below: Infinity });
  requireNumber(`groups.${role}.weightDecay`, weightDecay, { from: 0, below: Infinity });
  return { learningRate, weightDecay };
}

function requireNumber(
  name: string,
  value: number,
  { from, below }: { from: number; below: number },
): void {
  if (value >= from && value < below) return;
  const range = below === Infinity
    ? from === 0 ? "a finite number from 0" : "a finite number above 0"
    : `from ${from} to below ${below}`;
  throw new RangeError(`Cannot train: '${name}' must be ${range}: current value is ${value}`);
}
