import type { Role } from "../model/trainable.ts";
import type { OptimizerGroup } from "../train/optimizer.ts";

type Group = Required<OptimizerGroup>;

const DEFAULT: Group = { learningRate: 1e-5, weightDecay: 0 };

/**
 * The learning rates that the methods' papers publish; they are for 10^4 steps (LR-QAT and what it
 * compares with) and 200 steps of 128 rows (L4Q and its kin) of a model of 7 billion parameters.
 * Shorter runs need higher ones.
 */
const PUBLISHED: ReadonlyMap<string, Partial<Record<Role, Partial<Group>>>> = new Map<
  string,
  Partial<Record<Role, Partial<Group>>>
>([
  ["float", { weight: { learningRate: 5e-5, weightDecay: 0.1 } }],
  // QLoRA's rate for 7 billion parameters; neither paper gives one for LoRA on the float model.
  ["lora", { adapter: { learningRate: 2e-4 } }],
  ["lsq", { weight: { learningRate: 5e-5, weightDecay: 0.1 } }],
  ["lr-qat", { adapter: { learningRate: 1e-3 } }],
  ["l4q", everyRole(5e-5)],
  ["qat-lora", everyRole(5e-5)],
  ["qlora", { adapter: { learningRate: 2e-4 } }],
  ["qlora-star", { adapter: { learningRate: 1e-5 } }],
]);

/** How a method's tensors of a role are trained where nothing else is said. */
export function defaultGroup(method: string, role: Role): Group {
  return { ...DEFAULT, ...PUBLISHED.get(method)?.[role] };
}

function everyRole(learningRate: number): Partial<Record<Role, Partial<Group>>> {
  return { adapter: { learningRate }, scale: { learningRate }, offset: { learningRate } };
}
