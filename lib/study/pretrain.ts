import { tf } from "../engine/tf.ts";
import { loadTokenizer } from "../data/load_tokenizer.ts";
import { openText } from "../data/open_text.ts";
import { readText } from "../data/text_source.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { openPerplexityMeter } from "../eval/perplexity.ts";
import type { LlamaConfig } from "../model/config.ts";
import { initialParameters } from "../model/initialize.ts";
import type { TrainEvent } from "../train/events.ts";
import type { Schedule } from "../train/schedule.ts";
import { train } from "../train/train.ts";
import { packedText } from "../train/training_data.ts";
import { type WholeModel, wholeModel } from "../train/whole_model.ts";

/** How a model is trained from nothing. */
export interface PretrainingRecipe {
  /** The name of the model. */
  readonly name: string;
  /** A corpus that has the splits `train` and `validation`. */
  readonly corpus: string;
  /** The folder of the tokenizer. */
  readonly tokenizer: string;
  readonly config: LlamaConfig;
  /** The tokens of a row. */
  readonly seq: number;
  /** The rows of a step. */
  readonly batch: number;
  readonly steps: number;
  /** The learning rate at the schedule's height. */
  readonly learningRate: number;
  /** The weight decay of matrices. */
  readonly weightDecay: number;
  /** The share of dropped numbers. */
  readonly dropout: number;
  readonly schedule: Schedule;
  readonly seed: number;
}

/** Options for {@linkcode pretrain}. */
export interface PretrainOptions {
  /** The folder of the run's checkpoints. */
  readonly checkpoints: string;
  /** Steps between checkpoints. Default: 250. */
  readonly checkpointEvery?: number;
  /** Steps between measurements of the validation loss. Default: 500. */
  readonly evaluateEvery?: number;
  /** Blocks of the validation split that are measured each time. Default: 200. */
  readonly validationBlocks?: number;
  /** Stops after the step that is running. */
  readonly signal?: AbortSignal;
}

/** A run of {@linkcode pretrain}. */
export interface Pretraining extends Disposable {
  /** The model while it learns. */
  readonly model: WholeModel & { readonly tokenizer: Tokenizer };
  /** What happens; training goes on as events are taken. */
  readonly events: AsyncGenerator<TrainEvent, void, void>;
  /** The tokens of the training split. */
  readonly trainingTokens: number;
}

/**
 * Trains a model from nothing on the training split of a corpus: documents joined by blank lines, one
 * text, rows of `seq` tokens. Start the engine before.
 *
 * @throws {RangeError} If the recipe does not fit its corpus or this machine.
 */
export async function pretrain(
  recipe: PretrainingRecipe,
  options: PretrainOptions,
): Promise<Pretraining> {
  const { config, seq, seed, corpus } = recipe;
  const tokenizer = await loadTokenizer(recipe.tokenizer);
  const source = await openText(corpus, { split: "train" });
  const tokens = tokenizer.encode(await readText(source));
  const data = packedText(tokens, { name: source.name, seq });
  const initial = initialParameters(config, { seed });
  const model = { ...wholeModel({ source: recipe.name, config, parameters: initial }), tokenizer };
  tf.dispose([...initial.values()]);
  const meter = await openPerplexityMeter(
    model,
    await openText(corpus, { split: "validation" }),
    { seq, blocks: options.validationBlocks ?? 200 },
  );
  const events = train({
    model,
    data,
    steps: recipe.steps,
    batch: recipe.batch,
    optimizer: {
      groups: {
        weight: { learningRate: recipe.learningRate, weightDecay: recipe.weightDecay },
        gain: { learningRate: recipe.learningRate },
      },
    },
    schedule: recipe.schedule,
    dropout: recipe.dropout,
    seed,
    checkpoints: { folder: options.checkpoints, every: options.checkpointEvery ?? 250 },
    evaluation: {
      every: options.evaluateEvery ?? 500,
      measure: async () => ({ validation_loss: (await meter.measure()).meanLoss }),
    },
    ...(options.signal ? { signal: options.signal } : {}),
  });
  return {
    model,
    events,
    trainingTokens: tokens.length,
    [Symbol.dispose]: () => {
      meter[Symbol.dispose]();
      model.dispose();
    },
  };
}
