// The run that fixtures/training/make_twenty_steps.py did in PyTorch.
import { tf } from "../../lib/engine/tf.ts";
import { openSafetensors } from "../../lib/io/safetensors.ts";
import { readFloats } from "../../lib/io/safetensors_floats.ts";
import type { LlamaConfig } from "../../lib/model/config.ts";
import type { TrainingData } from "../../lib/train/training_data.ts";
import text from "../fixtures/training/twenty_steps.json" with { type: "json" };

/** Whether the output head is a matrix of its own or the embedding. */
export type Variant = "untied" | "tied";

/** What PyTorch was given and what it found. */
export interface TwentySteps {
  readonly config: LlamaConfig;
  readonly initial: ReadonlyMap<string, tf.Tensor>;
  readonly data: TrainingData;
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  /** The weights after the last step. */
  readonly final: ReadonlyMap<string, Float32Array>;
}

/** The sizes of the run. */
export const TRAINING = text.training;

/** The settings of AdamW. */
export const OPTIMIZER = text.optimizer;

/** The learning rates of every step, by role. */
export const LEARNING_RATES = text.learningRates;

/** Reads the run of a variant; the initial weights become tensors, for the caller to dispose. */
export async function readTwentySteps(variant: Variant): Promise<TwentySteps> {
  const url = new URL("../fixtures/training/twenty_steps.safetensors", import.meta.url);
  await using file = await openSafetensors(url.pathname);
  const initial = new Map<string, tf.Tensor>();
  const final = new Map<string, Float32Array>();
  for (const [path, { shape }] of file.tensors) {
    if (!path.startsWith(`${variant}.`)) continue;
    const name = path.slice(variant.length + 1);
    final.set(name, await readFloats(file, path));
    initial.set(name, tf.tensor(await readFloats(file, `initial.${name}`), [...shape]));
  }
  return {
    config: {
      ...text.config,
      tieWordEmbeddings: variant === "tied",
      attentionBias: false,
      mlpBias: false,
      eosIds: [],
    },
    initial,
    data: microBatches(new Int32Array((await file.read("tokens")).slice().buffer)),
    ...text[variant],
    final,
  };
}

// The tokens as they stand in the file, whatever the seed.
function microBatches(tokens: Int32Array): TrainingData {
  const { rows, tokens: seq } = TRAINING;
  return {
    name: "twenty steps",
    fingerprint: "",
    seq,
    rows: tokens.length / seq,
    largestId: Math.max(...tokens),
    at: ({ index, batch }) => ({
      tokensBT: tokens.slice(index * rows * seq, (index + 1) * rows * seq),
      batch,
      weights: new Float32Array(batch * (seq - 1)).fill(1),
    }),
  };
}
