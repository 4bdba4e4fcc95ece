import {
  compile,
  type Compiled,
  dtypeOf,
  type MemoryPlan,
  optimizationBarrier,
  plan,
  type PlanArgument,
  type PlanOptions,
} from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { castLike, type ComputeType, inType } from "../model/compute_type.ts";
import { dropout } from "../model/dropout.ts";
import { computingParts } from "../model/forward_pass.ts";
import { makePositions, type Positions } from "../model/positions.ts";
import { stepKey } from "../model/random.ts";
import type { Role, Trainable } from "../model/trainable.ts";
import { heldBytes } from "../quant/held_bytes.ts";
import { adamwMoments, adamwParameter, adamwRates, clipFactor, globalNorm } from "./adamw.ts";
import { nextTokenLoss } from "./next_token_loss.ts";
import { type Optimizer, type OptimizerOptions, resolveOptimizer } from "./optimizer.ts";
import type { Trainee } from "../model/trainee.ts";
import type { TrainingBatch } from "./training_data.ts";

/** Whether blocks keep their inner values for the backward pass or compute them again. */
export type Recompute = "none" | "block";

/** Options for {@linkcode TrainStep}. */
export interface TrainStepOptions {
  /** The tokens of a row. */
  readonly seq: number;
  readonly optimizer: OptimizerOptions;
  /** What the backward pass computes again. Default: `none`. */
  readonly recompute?: Recompute;
  /** The share of dropped numbers, from 0 to below 1. Default: 0. */
  readonly dropout?: number;
  /** The seed of the dropout. Default: 0. */
  readonly seed?: number;
}

/** When a step happens and how far the schedule is. */
export interface StepPlace {
  /** The number of steps that were done before. */
  readonly step: number;
  /** The schedule's factor of all learning rates. */
  readonly factor: number;
}

/** What a step found. */
export interface StepResult {
  /** The mean loss of the tokens that are learned, nats. */
  readonly loss: number;
  /** The 2-norm of all gradients before clipping. */
  readonly gradientNorm: number;
  readonly learningRates: Readonly<Partial<Record<Role, number>>>;
}

/** A tensor of the training state. */
export interface StateTensor {
  /** `parameter/…`, `first/…` or `second/…` and the trainable's name. */
  readonly name: string;
  readonly variable: tf.Variable;
}

interface Slot extends Trainable {
  readonly first: tf.Variable;
  readonly second: tf.Variable;
}

type BatchArguments = [tokensBT: tf.Tensor2D, weightsBN: tf.Tensor2D, key: tf.Scalar];

/**
 * The training step: loss, gradients, accumulation, clipping and AdamW as one compiled function that
 * updates parameters and moments in place.
 *
 * Learning rates, clip limit and bias corrections are inputs of the function, so one compilation
 * serves a whole run. A step whose loss or gradient is not finite changes nothing.
 */
export class TrainStep implements Disposable {
  /** What a checkpoint must hold, in a fixed order. */
  readonly state: readonly StateTensor[];
  readonly #trainables: readonly Trainable[];
  #optimizer: Optimizer;
  readonly #roles: readonly Role[];
  readonly #slots: readonly Slot[];
  readonly #sums: tf.Variable[] = [];
  readonly #positions: Positions;
  #seed: number;
  readonly #whole: Compiled<[...BatchArguments, tf.Tensor1D], tf.Tensor1D>;
  readonly #accumulate: Compiled<BatchArguments, tf.Scalar>;
  readonly #apply: Compiled<[tf.Tensor1D], tf.Tensor1D>;

  /** @throws {RangeError} If an option is out of range. */
  constructor(trainee: Trainee, options: TrainStepOptions) {
    this.#trainables = trainee.trainables;
    this.#optimizer = resolveOptimizer(options.optimizer, trainee.trainables);
    this.#roles = [...this.#optimizer.groups.keys()];
    this.#seed = options.seed ?? 0;
    this.#positions = makePositions(trainee.config, options.seq);
    this.#slots = trainee.trainables.map((trainable) => ({
      ...trainable,
      first: zeros(trainable.variable, this.#optimizer.moments),
      second: zeros(trainable.variable, this.#optimizer.moments),
    }));
    this.state = this.#slots.flatMap(({ name, variable, first, second }) => [
      { name: `parameter/${name}`, variable },
      { name: `first/${name}`, variable: first },
      { name: `second/${name}`, variable: second },
    ]);
    const variables = trainee.trainables.map(({ variable }) => variable);
    const gradientsOf = (...[tokensBT, weightsBN, key]: BatchArguments) => {
      const pass = {
        ...computingParts(trainee),
        positions: this.#positions,
        recomputeBlocks: options.recompute === "block",
        dropout: dropout({ rate: options.dropout ?? 0, key }),
      };
      const { value, grads } = tf.variableGrads(
        () => nextTokenLoss(tokensBT, weightsBN, pass),
        variables,
      );
      return { loss: value, gradients: this.#slots.map((slot) => gradientOf(slot, grads)) };
    };
    this.#whole = compile((tokensBT, weightsBN, key, rates) => {
      const { loss, gradients } = gradientsOf(tokensBT, weightsBN, key);
      return this.#update(loss, gradients, rates);
    }, { name: "trainStep" });
    this.#accumulate = compile((tokensBT, weightsBN, key) => {
      const { loss, gradients } = gradientsOf(tokensBT, weightsBN, key);
      [loss, ...gradients].forEach((value, i) =>
        this.#sums[i]?.assign(tf.add(this.#sums[i], value))
      );
      return loss;
    }, { name: "accumulate" });
    this.#apply = compile((rates) => {
      const [loss, ...gradients] = this.#sums.map((sum) => tf.add(sum, 0));
      const result = this.#update(loss as tf.Scalar, gradients, rates);
      for (const sum of this.#sums) sum.assign(tf.zerosLike(sum));
      return result;
    }, { name: "applyUpdate" });
  }

  /**
   * Makes the step ready for another run over the same variables, without compiling again: the moments
   * start at zero.
   *
   * @throws {RangeError} If betas or epsilon differ: they are compiled in.
   */
  restart({ optimizer, seed }: Pick<TrainStepOptions, "optimizer" | "seed">): void {
    const next = resolveOptimizer(optimizer, this.#trainables);
    for (const name of ["beta1", "beta2", "epsilon", "moments"] as const) {
      if (next[name] === this.#optimizer[name]) continue;
      throw new RangeError(
        `Cannot use a compiled step again with another '${name}': it was compiled with ` +
          `${this.#optimizer[name]}, current value is ${next[name]}`,
      );
    }
    this.#optimizer = next;
    this.#seed = seed ?? 0;
    const moments = this.#slots.flatMap(({ first, second }) => [first, second]);
    for (const moment of [...moments, ...this.#sums]) {
      tf.tidy(() => moment.assign(castLike(tf.fill(moment.shape, 0), moment)));
    }
  }

  /**
   * Compiles what a step over such micro-batches needs, where the backend can do so without holding up the
   * process; else the first step does.
   */
  async ready(batches: readonly TrainingBatch[]): Promise<void> {
    const [batch] = batches;
    if (!batch) return;
    const waiting: Promise<void>[] = [];
    tf.tidy(() => {
      const rates = tf.tensor1d(this.#rates(1, 1));
      const input = this.#inputs(batch, { step: 0, micro: 0, total: 1 });
      if (batches.length === 1) return void waiting.push(this.#whole.ready(...input, rates));
      this.#makeSums();
      waiting.push(this.#accumulate.ready(...input), this.#apply.ready(rates));
    });
    await Promise.all(waiting);
  }

  /**
   * Does one step over the micro-batches of a batch.
   *
   * @param batches The micro-batches; losses are weighted so that their sum is the mean of all.
   */
  run(batches: readonly TrainingBatch[], { step, factor }: StepPlace): StepResult {
    const learningRates = Object.fromEntries(
      this.#roles.map((role) => [role, factor * this.#group(role).learningRate]),
    );
    const total = batches.reduce((sum, { weights }) => sum + weights.reduce((a, b) => a + b, 0), 0);
    const result = tf.tidy(() => {
      const rates = tf.tensor1d(this.#rates(step + 1, factor));
      const inputs = batches.map((batch, micro) => this.#inputs(batch, { step, micro, total }));
      const [only] = inputs;
      if (inputs.length === 1 && only) return this.#whole(...only, rates).dataSync();
      this.#makeSums();
      for (const input of inputs) this.#accumulate(...input);
      return this.#apply(rates).dataSync();
    });
    const [loss = NaN, gradientNorm = NaN] = result;
    return { loss, gradientNorm, learningRates };
  }

  /**
   * Plans what a step takes, without running it: with several micro-batches the larger of its two
   * functions, and what of the state that one does not touch.
   *
   * @param batch The rows of a micro-batch.
   */
  async plan(
    batch: number,
    { accumulation = 1, ...options }: PlanOptions & { readonly accumulation?: number } = {},
  ): Promise<MemoryPlan> {
    const rates = { shape: [2 + 2 * this.#roles.length] };
    const seq = this.#positions.cosTP.shape[0];
    const given: PlanArgument[] = [
      { shape: [batch, seq], dtype: "int32" },
      { shape: [batch, seq - 1] },
      { shape: [], dtype: "int32" },
    ];
    if (accumulation === 1) return await plan(this.#whole, [...given, rates], options);
    this.#makeSums();
    const parts = [
      await plan(this.#accumulate, given, options),
      await plan(this.#apply, [rates], options),
    ].map((part) => this.#withResident(part));
    return parts.reduce((most, next) => next.totalBytes > most.totalBytes ? next : most);
  }

  // The moments lie there while gradients are added up, too.
  #withResident(part: MemoryPlan): MemoryPlan {
    const touched = new Set(part.inputs.map(({ name }) => name));
    const variables = [...this.state.map(({ variable }) => variable), ...this.#sums];
    const inputs = variables.filter(({ name }) => !touched.has(name))
      .map((variable) => {
        const { name, shape } = variable;
        const dtype = dtypeOf(variable);
        return { kind: "state", name, shape, dtype, bytes: heldBytes(variable) } as const;
      });
    const bytes = inputs.reduce((sum, input) => sum + input.bytes, 0);
    return {
      ...part,
      inputs: [...part.inputs, ...inputs],
      argumentBytes: part.argumentBytes + bytes,
      totalBytes: part.totalBytes + bytes,
    };
  }

  /** Sums of gradients, where micro-batches are accumulated. */
  get sums(): readonly tf.Variable[] {
    return this.#sums;
  }

  /** Frees the moments and the compiled functions; the model's variables stay. */
  [Symbol.dispose](): void {
    for (const compiled of [this.#whole, this.#accumulate, this.#apply]) compiled.dispose();
    const { cosTP, sinTP, maskTS } = this.#positions;
    tf.dispose([cosTP, sinTP, maskTS, this.#sums]);
    tf.dispose(this.#slots.flatMap(({ first, second }) => [first, second]));
  }

  #group(role: Role) {
    const group = this.#optimizer.groups.get(role);
    if (!group) throw new RangeError(`There is no optimizer group for role '${role}'`);
    return group;
  }

  // clip, root, then for each role: keep, stepSize.
  #rates(t: number, factor: number): number[] {
    const { clip } = this.#optimizer;
    const rates = this.#roles.map((role) => {
      const { learningRate, weightDecay } = this.#group(role);
      return adamwRates(this.#optimizer, {
        learningRate: factor * learningRate,
        decay: weightDecay,
        t,
      });
    });
    const root = Math.sqrt(1 - this.#optimizer.beta2 ** t);
    return [clip, root, ...rates.flatMap(({ keep, stepSize }) => [keep, stepSize])];
  }

  #inputs(
    { tokensBT, weights, batch }: TrainingBatch,
    { step, micro, total }: { step: number; micro: number; total: number },
  ): BatchArguments {
    const seq = tokensBT.length / batch;
    const key = stepKey({ seed: this.#seed, name: `dropout.${micro}` }, step);
    return [
      tf.tensor2d(tokensBT, [batch, seq], "int32"),
      tf.tensor2d(weights.map((weight) => weight / total), [batch, seq - 1]),
      tf.scalar(key, "int32"),
    ];
  }

  #makeSums(): void {
    if (this.#sums.length > 0) return;
    this.#sums.push(zeros({ shape: [] }), ...this.#slots.map(({ variable }) => zeros(variable)));
  }

  #update(loss: tf.Scalar, given: readonly tf.Tensor[], rates: tf.Tensor1D): tf.Tensor1D {
    const gradients = heldNarrow(given);
    const rate = (index: number) => tf.reshape(tf.slice(rates, index, 1), []) as tf.Scalar;
    const norm = globalNorm(gradients.map(inFloat32));
    const sound = tf.logicalAnd(tf.isFinite(loss), tf.isFinite(norm));
    const factor = clipFactor(norm, rate(0));
    const root = rate(1);
    const byRole = new Map(this.#roles.map((role, i) => [role, {
      ...this.#optimizer,
      root,
      keep: rate(2 + 2 * i),
      stepSize: rate(3 + 2 * i),
    }]));
    this.#slots.forEach(({ role, variable, first, second }, i) => {
      const group = byRole.get(role);
      const gradient = gradients[i];
      if (!group || !gradient) throw new RangeError(`There is no gradient or group for '${role}'`);
      const parameter = inFloat32(variable);
      const before = { first: inFloat32(first), second: inFloat32(second) };
      const moments = adamwMoments(before, tf.mul(inFloat32(gradient), factor), group);
      // The parameter reads the moments where they stand in the end: from the old ones a compiler
      // would make them twice, and copy the old ones before it overwrites them.
      const [m = first, v = second] = optimizationBarrier([
        castLike(tf.where(sound, moments.first, before.first), first),
        castLike(tf.where(sound, moments.second, before.second), second),
      ]);
      const held = { first: inFloat32(m), second: inFloat32(v) };
      const after = adamwParameter(parameter, held, group);
      variable.assign(castLike(tf.where(sound, after, parameter), variable));
      first.assign(m);
      second.assign(v);
    });
    return tf.stack([loss, norm]) as tf.Tensor1D;
  }
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

function zeros(
  { shape }: { readonly shape: number[] },
  dtype: ComputeType = "float32",
): tf.Variable {
  // Made on the backend: zeros() would send an array from the host.
  const value = tf.tidy(() => inType(tf.fill(shape, 0), dtype));
  const variable = tf.variable(value, false);
  // The variable holds the values; the tensor would stay for ever.
  value.dispose();
  return variable;
}

function gradientOf({ name, variable }: Slot, gradients: tf.NamedTensorMap): tf.Tensor {
  const gradient = gradients[variable.name];
  if (gradient) return gradient;
  throw new TypeError(`Nothing in the loss hangs on '${name}': it cannot be trained`);
}
