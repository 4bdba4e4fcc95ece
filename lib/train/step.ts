import {
  compile,
  type Compiled,
  dtypeOf,
  type MemoryPlan,
  plan,
  type PlanArgument,
  type PlanOptions,
} from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import { dropout } from "../model/dropout.ts";
import { computingParts } from "../model/forward_pass.ts";
import { makePositions, type Positions } from "../model/positions.ts";
import { stepKey } from "../model/random.ts";
import type { Trainee } from "../model/trainee.ts";
import type { Role } from "../model/trainable.ts";
import { heldBytes } from "../quant/held_bytes.ts";
import { GradientSums } from "./gradient_sums.ts";
import { nextTokenLoss } from "./next_token_loss.ts";
import type { OptimizerOptions } from "./optimizer.ts";
import { ParameterUpdate, type Slot } from "./parameter_update.ts";
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
  readonly #update: ParameterUpdate;
  readonly #sums: GradientSums;
  readonly #positions: Positions;
  #seed: number;
  readonly #whole: Compiled<[...BatchArguments, tf.Tensor1D], tf.Tensor1D>;
  readonly #accumulate: Compiled<BatchArguments, tf.Scalar>;
  readonly #apply: Compiled<[tf.Tensor1D], tf.Tensor1D>;

  /** @throws {RangeError} If an option is out of range. */
  constructor(trainee: Trainee, options: TrainStepOptions) {
    const variables = trainee.trainables.map(({ variable }) => variable);
    const update = new ParameterUpdate(trainee.trainables, options.optimizer);
    const sums = new GradientSums(variables);
    const positions = makePositions(trainee.config, options.seq);
    [this.#update, this.#sums, this.#positions] = [update, sums, positions];
    this.#seed = options.seed ?? 0;
    this.state = update.slots.flatMap(({ name, variable, first, second }) => [
      { name: `parameter/${name}`, variable },
      { name: `first/${name}`, variable: first },
      { name: `second/${name}`, variable: second },
    ]);
    const gradientsOf = (...[tokensBT, weightsBN, key]: BatchArguments) => {
      const pass = {
        ...computingParts(trainee),
        positions,
        recomputeBlocks: options.recompute === "block",
        dropout: dropout({ rate: options.dropout ?? 0, key }),
      };
      const { value, grads } = tf.variableGrads(
        () => nextTokenLoss(tokensBT, weightsBN, pass),
        variables,
      );
      return { loss: value, gradients: update.slots.map((slot) => gradientOf(slot, grads)) };
    };
    this.#whole = compile((tokensBT, weightsBN, key, rates) => {
      const { loss, gradients } = gradientsOf(tokensBT, weightsBN, key);
      return update.apply(loss, gradients, rates);
    }, { name: "trainStep" });
    this.#accumulate = compile((tokensBT, weightsBN, key) => {
      const { loss, gradients } = gradientsOf(tokensBT, weightsBN, key);
      sums.add([loss, ...gradients]);
      return loss;
    }, { name: "accumulate" });
    this.#apply = compile((rates) => {
      const { loss, gradients } = sums.read();
      const result = update.apply(loss, gradients, rates);
      sums.clear();
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
    this.#update.restart(optimizer);
    this.#seed = seed ?? 0;
    this.#sums.clear();
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
      const rates = tf.tensor1d(this.#update.rates(1, 1));
      const input = this.#inputs(batch, { step: 0, micro: 0, total: 1 });
      if (batches.length === 1) return void waiting.push(this.#whole.ready(...input, rates));
      this.#sums.make();
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
    const total = batches.reduce((sum, { weights }) => sum + weights.reduce((a, b) => a + b, 0), 0);
    const result = tf.tidy(() => {
      const rates = tf.tensor1d(this.#update.rates(step + 1, factor));
      const inputs = batches.map((batch, micro) => this.#inputs(batch, { step, micro, total }));
      const [only] = inputs;
      if (inputs.length === 1 && only) return this.#whole(...only, rates).dataSync();
      this.#sums.make();
      for (const input of inputs) this.#accumulate(...input);
      return this.#apply(rates).dataSync();
    });
    const [loss = NaN, gradientNorm = NaN] = result;
    return { loss, gradientNorm, learningRates: this.#update.learningRates(factor) };
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
    const rates = { shape: [this.#update.ratesLength] };
    const seq = this.#positions.cosTP.shape[0];
    const given: PlanArgument[] = [
      { shape: [batch, seq], dtype: "int32" },
      { shape: [batch, seq - 1] },
      { shape: [], dtype: "int32" },
    ];
    if (accumulation === 1) return await plan(this.#whole, [...given, rates], options);
    this.#sums.make();
    const parts = [
      await plan(this.#accumulate, given, options),
      await plan(this.#apply, [rates], options),
    ].map((part) => this.#withResident(part));
    return parts.reduce((most, next) => next.totalBytes > most.totalBytes ? next : most);
  }

  // The moments lie there while gradients are added up, too.
  #withResident(part: MemoryPlan): MemoryPlan {
    const touched = new Set(part.inputs.map(({ name }) => name));
    const variables = [...this.state.map(({ variable }) => variable), ...this.sums];
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
    return this.#sums.variables;
  }

  /** Frees the moments and the compiled functions; the model's variables stay. */
  [Symbol.dispose](): void {
    for (const compiled of [this.#whole, this.#accumulate, this.#apply]) compiled.dispose();
    const { cosTP, sinTP, maskTS } = this.#positions;
    tf.dispose([cosTP, sinTP, maskTS]);
    this.#sums[Symbol.dispose]();
    this.#update[Symbol.dispose]();
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
}

function gradientOf({ name, variable }: Slot, gradients: tf.NamedTensorMap): tf.Tensor {
  const gradient = gradients[variable.name];
  if (gradient) return gradient;
  throw new TypeError(`Nothing in the loss hangs on '${name}': it cannot be trained`);
}
