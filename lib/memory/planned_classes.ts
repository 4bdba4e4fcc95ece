import type { MemoryPlan, PlannedTemporary } from "../engine/mod.ts";
import { type ClassBytes, MEMORY_CLASSES, type MemoryClass } from "./memory_classes.ts";

/** What is known of a planned step besides the plan. */
export interface PlanFacts {
  /** The classes of the variables that it takes, by their names; others are `other`. */
  readonly variables: ReadonlyMap<string, MemoryClass>;
  /** Shape and compiler's type of what is trained, one for each tensor. */
  readonly trained: readonly { readonly shape: readonly number[]; readonly type: string }[];
  /** The shapes of the layers' weights, `[O, I]`. */
  readonly weights: readonly (readonly number[])[];
  /** V, the columns of logits. */
  readonly vocab: number;
}

/** The compiler's names of types of codes. */
const INTEGER = /^[su]\d/;

/**
 * Divides a plan by class. What the step is given is known by name. Its temporaries are known by shape,
 * as they lie there in the fullest moment:
 *
 * - `gradients`: arrays of the shape and type of a trained tensor, at most one for each;
 * - `intermediates`: other arrays of the shape of a layer's weight, either way round;
 * - `activations`: all other arrays, logits and their gradient included.
 *
 * Where logits lie there the moment is the loss: no layer's backward pass has begun, so all but kept
 * codes are `activations`, also where a batch has as many tokens as a weight has rows.
 *
 * Shapes are alike if their first dimension and their size are: groups split the inputs of a weight.
 * What the compiler leaves free between them is `other`. The sum is the plan's total.
 */
export function plannedClasses(plan: MemoryPlan, facts: PlanFacts): ClassBytes {
  const bytes = new Map<MemoryClass, number>(MEMORY_CLASSES.map((name) => [name, 0]));
  const add = (name: MemoryClass, more: number) => bytes.set(name, (bytes.get(name) ?? 0) + more);
  for (const { name, bytes } of plan.inputs) add(facts.variables.get(name) ?? "other", bytes);
  const peak = plan.peak ?? [];
  const classify = temporaryClasses(facts, peak.some((value) => isLogits(value, facts)));
  for (const temporary of peak) add(classify(temporary), temporary.bytes);
  const known = [...bytes.values()].reduce((sum, more) => sum + more, 0);
  add("other", plan.totalBytes - known);
  return Object.fromEntries(bytes) as ClassBytes;
}

function temporaryClasses(
  { trained, weights }: PlanFacts,
  isLoss: boolean,
): (temporary: PlannedTemporary) => MemoryClass {
  const waiting = new Map<string, number>();
  for (const { shape, type } of trained) {
    const key = `${type} ${keyOf(shape)}`;
    waiting.set(key, (waiting.get(key) ?? 0) + 1);
  }
  const ofWeights = new Set(weights.flatMap((shape) => [keyOf(shape), keyOf(shape.toReversed())]));
  return ({ type, shape }) => {
    const key = `${type} ${keyOf(shape)}`;
    const left = waiting.get(key) ?? 0;
    if (isLoss && !INTEGER.test(type)) return "activations";
    if (left > 0) {
      waiting.set(key, left - 1);
      return "gradients";
    }
    return ofWeights.has(keyOf(shape)) ? "intermediates" : "activations";
  };
}

function isLogits({ shape }: PlannedTemporary, { vocab, weights }: PlanFacts): boolean {
  const [rows = 0, columns] = shape;
  return shape.length === 2 && columns === vocab &&
    !weights.some((weight) => weight.includes(rows) && weight.includes(vocab));
}

function keyOf(shape: readonly number[]): string {
  const [first = 1] = shape;
  return `${first} ${shape.reduce((size, length) => size * length, 1)}`;
}
