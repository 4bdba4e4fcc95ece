import type { StepSetup } from "./step_setup.ts";

interface Alive {
  /** Where the forward pass kept what the backward pass wants of the weight. */
  readonly kept: number;
  /** Where the weight is made again there. */
  readonly again: number;
}

/**
 * How many float32 copies of a linear layer's weight are alive at once in its backward pass, read off
 * XLA's buffer assignment for CPUs of models whose weights are large beside their activations. Among
 * them: the weight's gradient, the made weight, what is between the parameters and the codes, and the
 * first of these for a layer beside it that does not wait. What is trained whole has its gradient
 * counted with the gradients; plain weights are read as they lie.
 */
const ALIVE: ReadonlyMap<string, Alive> = new Map([
  ["float", { kept: 0, again: 0 }],
  ["lora", { kept: 0, again: 0 }],
  ["rtn", { kept: 1, again: 1 }],
  ["lsq", { kept: 4, again: 4 }],
  ["peqa", { kept: 4, again: 4 }],
  ["lr-qat", { kept: 5, again: 8 }],
  ["l4q", { kept: 8, again: 8 }],
  ["qat-lora", { kept: 5, again: 5 }],
  ["qlora", { kept: 2, again: 2 }],
  ["qlora-star", { kept: 2, again: 2 }],
]);

/**
 * How many copies there are; see the table.
 *
 * @throws {RangeError} If nothing is known of the method.
 */
export function aliveWeights({ method, settings }: StepSetup): number {
  const alive = ALIVE.get(method.name);
  if (alive) return settings.recompute ? alive.again : alive.kept;
  throw new RangeError(`Nothing is known of the copies that method '${method.name}' makes: add it`);
}
