import { tf } from "../../lib/engine/tf.ts";
import type { PreparableModel } from "../../lib/methods/prepare.ts";
import type { LlamaConfig } from "../../lib/model/config.ts";
import { parameterShapes } from "../../lib/model/parameter_shapes.ts";
import { normalTensor } from "../../lib/model/random.ts";

/** A model of one block with two heads and biases, small enough for any test. */
export const TINY_CONFIG: LlamaConfig = {
  vocabSize: 23,
  hiddenSize: 32,
  intermediateSize: 64,
  layers: 1,
  heads: 2,
  keyValueHeads: 1,
  headDim: 16,
  rmsNormEps: 1e-5,
  ropeTheta: 10000,
  maxPositions: 64,
  tieWordEmbeddings: true,
  attentionBias: true,
  mlpBias: false,
  eosIds: [],
};

/** The model with weights drawn anew at every call, always the same. */
export function tinyModel(): PreparableModel {
  const parameters = new Map<string, tf.Tensor>();
  for (const [name, shape] of parameterShapes(TINY_CONFIG)) {
    const drawn = normalTensor([...shape], { seed: 3, name, deviation: 0.2 });
    parameters.set(name, shape.length === 1 ? tf.tidy(() => tf.add(drawn, 1)) : drawn);
  }
  return { source: "tiny", config: TINY_CONFIG, parameters };
}
