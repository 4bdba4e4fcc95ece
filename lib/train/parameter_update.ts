import { dtypeOf, optimizationBarrier } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { castLike, inType } from "../model/compute_type.ts";
import type { Role, Trainable } from "../model/trainable.ts";
import { adamwMoments, adamwParameter, adamwRates, clipFactor, globalNorm } from "./adamw.ts";
import { type Optimizer, type OptimizerOptions, resolveOptimizer } from "./optimizer.ts";
import { clearVariables, zeroVariable } from "./zero_variable.ts";

/** A trainable with its moments. */
export interface Slot extends Trainable {
  readonly first: tf.Variable;
  readonly second: tf.Variable;
}

/** Constants of the compiled update: a run with others needs another compilation. */
const COMPILED = ["beta1", "beta2", "epsilon", "moments"] as const;

/**
 * What a step does with its gradients: clipping by their global norm, then AdamW for each trainable.
 *
 * Learning rates, clip limit and bias corrections come as a tensor, {@linkcode rates}, so that one
 * compilation serves a whole run.
 */
export class ParameterUpdate implements Disposable {
  /** In the order of the trainables. */
  readonly slots: readonly Slot[];
  readonly #roles: readonly Role[];
  #optimizer: Optimizer;

  /** @throws {RangeError} If an option is out of range. */
  constructor(trainables: readonly Trainable[], options: OptimizerOptions) {
    this.#optimizer = resolveOptimizer(options, trainables);
    this.#roles = [...this.#optimizer.groups.keys()];
    const { moments } = this.#optimizer;
    this.slots = trainables.map((trainable) => ({
      ...trainable,
      first: zeroVariable(trainable.variable, moments),
      second: zeroVariable(trainable.variable, moments),
    }));
  }

  /**
   * Begins anew with other rates; the moments start at zero.
   *
   * @throws {RangeError} If betas or epsilon differ: they are compiled in.
   */
  restart(options: OptimizerOptions): void {
    const next = resolveOptimizer(options, this.slots);
    for (const name of COMPILED) {
      if (next[name] === this.#optimizer[name]) continue;
      throw new RangeError(
        `Cannot use a compiled step again with another '${name}': it was compiled with ` +
          `${this.#optimizer[name]}, current value is ${next[name]}`,
      );
    }
    this.#optimizer = next;
    clearVariables(this.slots.flatMap(({ first, second }) => [first, second]));
  }

  /** The learning rate of each role, at a factor of the schedule. */
  learningRates(factor: number): Readonly<Partial<Record<Role, number>>> {
    const { groups } = this.#optimizer;
    return Object.fromEntries(
      [...groups].map(([role, { learningRate }]) => [role, factor * learningRate]),
    );
  }

  /** How many numbers {@linkcode rates} has. */
  get ratesLength(): number {
    return 2 + 2 * this.#roles.length;
  }

  /**
   * What changes from step to step: clip, root, then for each role keep and step size.
   *
   * @param t The number of the step, from 1.
   */
  rates(t: number, factor: number): number[] {
    const { clip, groups, beta2 } = this.#optimizer;
    const rates = [...groups.values()].map(({ learningRate, weightDecay }) =>
      adamwRates(this.#optimizer, { learningRate: factor * learningRate, decay: weightDecay, t })
    );
    const root = Math.sqrt(1 - beta2 ** t);
    return [clip, root, ...rates.flatMap(({ keep, stepSize }) => [keep, stepSize])];
  }

  /**
   * Updates parameters and moments in place, unless loss or gradients are not finite.
   *
   * @param gradients Those of the trainables, in their order.
   * @param rates {@linkcode rates} as a tensor.
   * @returns The loss, and the global norm of the gradients before clipping.
   */
  apply(loss: tf.Scalar, gradients: readonly tf.Tensor[], rates: tf.Tensor1D): tf.Tensor1D {
    const held = heldNarrow(gradients);
    const rate = (index: number) => tf.reshape(tf.slice(rates, index, 1), []) as tf.Scalar;
    const norm = globalNorm(held.map(inFloat32));
    const sound = tf.logicalAnd(tf.isFinite(loss), tf.isFinite(norm));
    const factor = clipFactor(norm, rate(0));
    const root = rate(1);
    const byRole = new Map(this.#roles.map((role, i) => [role, {
      ...this.#optimizer,
      root,
      keep: rate(2 + 2 * i),
      stepSize: rate(3 + 2 * i),
    }]));
    this.slots.forEach((slot, i) => {
      const group = byRole.get(slot.role);
      const gradient = held[i];
      if (!group || !gradient) throw new RangeError(`Nothing updates '${slot.name}'`);
      updateSlot(slot, tf.mul(inFloat32(gradient), factor), { ...group, sound });
    });
    return tf.stack([loss, norm]) as tf.Tensor1D;
  }

  /** Frees the moments; the model's variables stay. */
  [Symbol.dispose](): void {
    tf.dispose(this.slots.flatMap(({ first, second }) => [first, second]));
  }
}

type SlotRates = Parameters<typeof adamwParameter>[2] & Parameters<typeof adamwMoments>[2] & {
  /** Whether the step counts. */
  readonly sound: tf.Tensor;
};

function updateSlot(
  { variable, first, second }: Slot,
  gradient: tf.Tensor,
  { sound, ...rates }: SlotRates,
): void {
  const parameter = inFloat32(variable);
  const before = { first: inFloat32(first), second: inFloat32(second) };
  const moments = adamwMoments(before, gradient, rates);
  // The parameter reads the moments where they stand in the end: from the old ones a compiler
  // would make them twice, and copy the old ones before it overwrites them.
  const [m = first, v = second] = optimizationBarrier([
    castLike(tf.where(sound, moments.first, before.first), first),
    castLike(tf.where(sound, moments.second, before.second), second),
  ]);
  const after = adamwParameter(parameter, { first: inFloat32(m), second: inFloat32(v) }, rates);
  variable.assign(castLike(tf.where(sound, after, parameter), variable));
  first.assign(m);
  second.assign(v);
}

// Else a compiler takes the way to 16 bits and back for nothing, and keeps float32.
function heldNarrow(gradients: readonly tf.Tensor[]): readonly tf.Tensor[] {
  return gradients.map((gradient) => {
    if (dtypeOf(gradient) === "float32") return gradient;
    const [held = gradient] = optimizationBarrier([gradient]);
    return held;
  });
}

function inFloat32(x: tf.Tensor): tf.Tensor {
  return inType(x, "float32");
}
