import { fileURLToPath } from "node:url";
import type { PretrainingRecipe } from "../mod.ts";

/** The model that the project ships: a LLaMA of 3.8 million parameters, trained on the Brown corpus. */
export const BROWN_4M: PretrainingRecipe = {
  name: "brown-4m",
  corpus: "brown",
  tokenizer: fileURLToPath(new URL("../lib/model/brown_4m/", import.meta.url)),
  config: {
    vocabSize: 4096,
    hiddenSize: 256,
    intermediateSize: 640,
    layers: 4,
    heads: 4,
    keyValueHeads: 2,
    headDim: 64,
    rmsNormEps: 1e-5,
    ropeTheta: 10_000,
    maxPositions: 1024,
    tieWordEmbeddings: true,
    attentionBias: false,
    mlpBias: false,
    bosId: 0,
    eosIds: [0],
  },
  seq: 256,
  batch: 8,
  steps: 5000,
  learningRate: 2e-3,
  weightDecay: 0.1,
  dropout: 0.1,
  schedule: { kind: "cosine", warmup: 0.03 },
  seed: 1,
};
