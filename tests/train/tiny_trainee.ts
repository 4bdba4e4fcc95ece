import { tf } from "../../mod.ts";
import type { LlamaConfig } from "../../lib/model/config.ts";
import { initialParameters } from "../../lib/model/initialize.ts";
import { packedText, type TrainingData } from "../../lib/train/training_data.ts";
import { type WholeModel, wholeModel } from "../../lib/train/whole_model.ts";

export const TINY: LlamaConfig = {
  vocabSize: 61,
  hiddenSize: 16,
  intermediateSize: 24,
  layers: 2,
  heads: 2,
  keyValueHeads: 1,
  headDim: 8,
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  maxPositions: 32,
  tieWordEmbeddings: false,
  attentionBias: false,
  mlpBias: false,
  eosIds: [],
};

/** A model of 7,000 parameters, all of which are trained. */
export function tinyTrainee(config: Partial<LlamaConfig> = {}): WholeModel {
  const whole = { ...TINY, ...config };
  const parameters = initialParameters(whole, { seed: 7, deviation: 0.1 });
  try {
    return wholeModel({ source: "tiny", config: whole, parameters });
  } finally {
    tf.dispose([...parameters.values()]);
  }
}

/** Text with a pattern that can be learned: each token mostly follows from the one before. */
export function tinyData(seq = 16): TrainingData {
  const tokens = new Int32Array(2000);
  for (let i = 1; i < tokens.length; i++) {
    tokens[i] = (3 * tokens[i - 1]! + (i % 11 === 0 ? i : 1)) % TINY.vocabSize;
  }
  return packedText(tokens, { name: "pattern", seq });
}

export const TINY_OPTIMIZER = {
  groups: {
    weight: { learningRate: 1e-2, weightDecay: 0.1 },
    gain: { learningRate: 1e-2 },
  },
};

/** All numbers of the model's variables, in their order. */
export function bitsOf(model: WholeModel): number[] {
  return model.trainables.flatMap(({ variable }) => [...variable.dataSync()]);
}
