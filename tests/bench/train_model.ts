/**
 * The models that `bench train` trains.
 *
 * @module
 */
import { tf } from "../../mod.ts";
import type { LlamaConfig } from "../../lib/model/config.ts";
import { initialParameters } from "../../lib/model/initialize.ts";
import type { ComputeType } from "../../lib/model/compute_type.ts";
import { packedText, type TrainingData } from "../../lib/train/training_data.ts";
import { type WholeModel, wholeModel } from "../../lib/train/whole_model.ts";

/** What is trained: a model and the shape of a batch. */
export interface TrainSubject {
  readonly config: LlamaConfig;
  /** B, the rows of a batch. */
  readonly rows: number;
  /** T, the tokens of a row. */
  readonly seq: number;
}

const COMMON = {
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  maxPositions: 1024,
  tieWordEmbeddings: false,
  attentionBias: false,
  mlpBias: false,
  eosIds: [],
} as const;

/** The reference transformer; torch_train_peer.py has the same sizes. */
export const REFERENCE: TrainSubject = {
  config: {
    ...COMMON,
    vocabSize: 8192,
    hiddenSize: 512,
    intermediateSize: 1376,
    layers: 8,
    heads: 8,
    keyValueHeads: 8,
    headDim: 64,
  },
  rows: 4,
  seq: 256,
};

/** A model whose steps take milliseconds, for runs of thousands of them. */
export const SMALL: TrainSubject = {
  config: {
    ...COMMON,
    vocabSize: 256,
    hiddenSize: 64,
    intermediateSize: 160,
    layers: 2,
    heads: 4,
    keyValueHeads: 2,
    headDim: 16,
  },
  rows: 4,
  seq: 64,
};

/** The step from which on memory must not grow. */
export const SETTLED = 100;

/** A model with random weights, all of them trained. */
export function makeModel({ config }: TrainSubject, compute: ComputeType): WholeModel {
  const parameters = initialParameters(config, { seed: 0 });
  const model = wholeModel({ source: "bench", config, parameters }, { compute });
  tf.dispose([...parameters.values()]);
  return model;
}

/** Random tokens, enough for 16 steps an epoch. */
export function makeData({ config, rows, seq }: TrainSubject): TrainingData {
  const length = 16 * rows * seq;
  const random = tf.randomUniform([length], 0, config.vocabSize, "int32", 7);
  const tokens = Int32Array.from(random.dataSync());
  random.dispose();
  return packedText(tokens, { name: "random", seq });
}
