import { tf } from "../engine/tf.ts";
import type { LlamaConfig } from "./config.ts";
import { parameterShapes } from "./parameter_shapes.ts";
import type { Parameters } from "./parameters.ts";
import { normalTensor } from "./random.ts";

/** Options for {@linkcode initialParameters}. */
export interface InitialParametersOptions {
  /** The seed, an integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** The standard deviation of weights. Default: 0.02. */
  readonly deviation?: number;
}

/** The linear layers that write into the residual stream. */
const RESIDUAL = /\.(o_proj|down_proj)\.weight$/;

/**
 * Makes the parameters of a model that knows nothing yet: weights normal around 0, those that write
 * into the residual stream narrower by `sqrt(2 · layers)` (Radford et al., "Language models are
 * unsupervised multitask learners", 2019), norms 1, biases 0.
 *
 * @returns The parameters by Hugging Face's names; dispose them with `tf.dispose`.
 */
export function initialParameters(
  config: LlamaConfig,
  { seed, deviation = 0.02 }: InitialParametersOptions,
): Parameters {
  const parameters = new Map<string, tf.Tensor>();
  for (const [name, shape] of parameterShapes(config)) {
    const narrow = RESIDUAL.test(name) ? (2 * config.layers) ** -0.5 : 1;
    const value = shape.length === 2
      ? normalTensor([...shape] as [number, number], { seed, name, deviation: deviation * narrow })
      : name.endsWith(".bias")
      ? tf.zeros([...shape])
      : tf.ones([...shape]);
    parameters.set(name, tf.keep(value));
  }
  return parameters;
}
