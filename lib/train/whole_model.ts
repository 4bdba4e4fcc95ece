import { tf } from "../engine/tf.ts";
import type { ComputeType } from "../model/compute_type.ts";
import type { LlamaConfig } from "../model/config.ts";
import { plainLinear } from "../model/linear.ts";
import type { Parameters } from "../model/parameters.ts";
import type { Trainable } from "../model/trainable.ts";
import type { Trainee } from "../model/trainee.ts";

/** Options for {@linkcode wholeModel}. */
export interface WholeModelOptions {
  /** The type of activations and products; parameters stay float32. Default: `float32`. */
  readonly compute?: ComputeType;
}

/** A model of which every parameter is trained. */
export interface WholeModel extends Trainee, Disposable {
  /** Frees the variables. */
  dispose(): void;
}

/**
 * Makes every parameter of a model trainable: matrices as `weight`, vectors as `gain`.
 *
 * @param model The model. Its tensors are copied and stay as they are.
 */
export function wholeModel(
  model: {
    readonly source: string;
    readonly config: LlamaConfig;
    readonly parameters: Parameters;
  },
  { compute = "float32" }: WholeModelOptions = {},
): WholeModel {
  const trainables = [...model.parameters].map(([name, tensor]): Trainable => ({
    name,
    role: tensor.rank > 1 ? "weight" : "gain",
    variable: tf.variable(tensor),
  }));
  const parameters = new Map(trainables.map(({ name, variable }) => [name, variable]));
  const dispose = () => tf.dispose([...parameters.values()]);
  return {
    config: model.config,
    parameters,
    linear: plainLinear(parameters),
    compute,
    identity: { method: "whole", source: model.source, compute },
    trainables,
    dispose,
    [Symbol.dispose]: dispose,
  };
}
