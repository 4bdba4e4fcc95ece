import { dirname } from "node:path";
import { dtypeOf } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import {
  type PerplexityProgress,
  type PerplexityResult,
  scoreBlocks,
  scoreText,
} from "../eval/perplexity.ts";
import type { ScoredText } from "../eval/scored_text.ts";
import { WindowLosses } from "../eval/window_losses.ts";
import { makeFolder } from "../io/make_folder.ts";
import { assignState } from "../methods/linear_state.ts";
import {
  disposeWeight,
  type LinearWeight,
  weightTensors,
  withWeightTensors,
} from "../methods/linear_weight.ts";
import { mergeModel } from "../methods/merge.ts";
import type { PreparedModel } from "../methods/prepared_model.ts";
import { saveQuantizedModel } from "../methods/quantized_file.ts";
import { QuantizedModel } from "../methods/quantized_model.ts";
import type { TrainEvent } from "../train/events.ts";
import type { TrainOptions } from "../train/run_options.ts";
import { TrainStep } from "../train/step.ts";
import { train } from "../train/train.ts";

/** The weights that are scored: those of the training, or the integer matrices that are left of them. */
export type ScoredWeights = "trained" | "merged";

/**
 * A prepared model with everything that was compiled for it. Runs of one layout follow each other in
 * it: what differs between them is put into the same variables, so nothing is compiled again.
 */
export class Trial implements Disposable {
  #prepared: PreparedModel;
  readonly #scorers = new Map<string, WindowLosses>();
  #step: { readonly key: string; readonly step: TrainStep } | undefined;
  #merged: QuantizedModel | undefined;
  #held: Map<string, LinearWeight> | undefined;

  /** Takes over a prepared model. */
  constructor(prepared: PreparedModel) {
    this.#prepared = prepared;
  }

  /** The model in the trial. */
  get prepared(): PreparedModel {
    return this.#prepared;
  }

  /** Puts another run of the same layout into the trial; its own tensors are freed. */
  load(prepared: PreparedModel): void {
    for (const [layer, state] of this.#prepared.states) {
      const source = prepared.states.get(layer);
      if (!source) throw new RangeError(`The run has no layer '${layer}'`);
      assignState(state, source);
    }
    // What names the run, such as in its checkpoints, is the next run's; the tensors stay.
    const { identity, settings, records } = prepared;
    this.#prepared = { ...this.#prepared, identity, settings, records };
    prepared.dispose();
  }

  /** Trains the model. */
  train(options: Omit<TrainOptions, "model" | "step">): AsyncGenerator<TrainEvent, void, void> {
    const { data: { seq }, batch, accumulation = 1, recompute = "none", dropout = 0 } = options;
    const { beta1, beta2, epsilon } = options.optimizer;
    const compiled = { seq, batch, accumulation, recompute, dropout, beta1, beta2, epsilon };
    const key = JSON.stringify(compiled);
    if (this.#step?.key !== key) {
      this.#step?.step[Symbol.dispose]();
      this.#step = { key, step: new TrainStep(this.#prepared, { ...options, seq }) };
    }
    return train({ ...options, model: this.#prepared, step: this.#step.step });
  }

  /** Scores a text with the model as it is trained. */
  async score(text: ScoredText): Promise<PerplexityResult> {
    return await scoreText(text, this.#scorer("trained", this.#prepared, text));
  }

  /** Scores a text, and tells how far it is; the merged weights are those of the last merge. */
  scoring(
    weights: ScoredWeights,
    text: ScoredText,
    signal?: AbortSignal,
  ): AsyncGenerator<PerplexityProgress, PerplexityResult, void> {
    const model = weights === "trained" ? this.#prepared : this.#merged ?? this.merge();
    return scoreBlocks(text, this.#scorer(weights, model, text), signal);
  }

  /** Merges the model as it is now; the result belongs to the trial and changes with the next merge. */
  merge(): QuantizedModel {
    const merged = mergeModel(this.#prepared);
    this.#held ??= heldWeights(merged);
    for (const [layer, weight] of merged.weights) hold(this.#held, layer, weight);
    const { weights } = merged;
    this.#merged = new QuantizedModel({ ...merged, weights: this.#held });
    for (const weight of weights.values()) disposeWeight(weight);
    return this.#merged;
  }

  /** Merges the model as it is now, and saves it as `saveQuantizedModel` does; its folder is made. */
  async save(path: string): Promise<void> {
    await makeFolder(dirname(path));
    await saveQuantizedModel(path, this.merge());
  }

  /** Frees the model and what was compiled for it. */
  [Symbol.dispose](): void {
    this.#step?.step[Symbol.dispose]();
    for (const scorer of this.#scorers.values()) scorer[Symbol.dispose]();
    for (const weight of this.#held?.values() ?? []) disposeWeight(weight);
    this.#prepared.dispose();
  }

  #scorer(
    weights: ScoredWeights,
    model: ConstructorParameters<typeof WindowLosses>[0],
    { seq, bosId }: ScoredText,
  ): WindowLosses {
    const key = `${weights} ${seq} ${bosId}`;
    const known = this.#scorers.get(key) ?? new WindowLosses(model, { seq, bosId });
    this.#scorers.set(key, known);
    return known;
  }
}

/** The layout of a prepared model: models of one layout can follow each other in a {@linkcode Trial}. */
export function layoutOf({ source, method, states, settings }: PreparedModel): string {
  const { activationBits, keyValueBits, compute } = settings;
  const layers = [...states.values()].map(({ layer, form, tensors }) => [
    layer,
    form,
    [...tensors].map(([name, { role, variable }]) => [
      name,
      role,
      variable.shape,
      dtypeOf(variable),
    ]),
  ]);
  return JSON.stringify([source, method.name, activationBits, keyValueBits, compute, layers]);
}

// Variables, so that the compiled functions that read them read the next run's values.
function heldWeights({ weights }: QuantizedModel): Map<string, LinearWeight> {
  return new Map([...weights].map(([layer, weight]): [string, LinearWeight] => {
    const variables = weightTensors(weight).map((tensor) => tf.variable(tensor, false));
    return [layer, withWeightTensors(weight, variables)];
  }));
}

// What is no tensor, such as the bits of a code, is the next run's too.
function hold(held: Map<string, LinearWeight>, layer: string, next: LinearWeight): void {
  const variables = weightTensors(held.get(layer) ?? next) as tf.Variable[];
  const values = weightTensors(next);
  if (variables.length !== values.length) {
    throw new RangeError(`The merged layer '${layer}' has another form`);
  }
  variables.forEach((variable, i) => {
    const value = values[i];
    if (value && variable !== value) variable.assign(value);
  });
  held.set(layer, withWeightTensors(next, variables));
}
