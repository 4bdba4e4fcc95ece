import type { ActivationDoor } from "./activation_site.ts";
import type { Heads } from "./attention.ts";
import type { LlamaConfig } from "./config.ts";
import type { ComputeType } from "./compute_type.ts";
import type { Dropout } from "./dropout.ts";
import type { Linear } from "./linear.ts";
import type { Parameters } from "./parameters.ts";
import type { Positions } from "./positions.ts";

/** What a forward pass works with. */
export interface ForwardPass {
  readonly config: LlamaConfig;
  readonly parameters: Parameters;
  /** The door to the linear layers. */
  readonly linear: Linear;
  /** The places of the tokens; their number is the length of the sequences. */
  readonly positions: Positions;
  /** The type of activations and products. Default: `float32`. */
  readonly compute?: ComputeType;
  /** Computes a block's inner values again in the backward pass instead of keeping them. */
  readonly recomputeBlocks?: boolean;
  /** Sets a share of the embeddings and of each residual branch to zero. */
  readonly dropout?: Dropout;
  /** Quantizes activations on their way. */
  readonly activation?: ActivationDoor;
  /** Puts a block's keys and values into a memory and gives all that the queries may look at. */
  readonly remember?: (layer: number, own: Heads) => Pick<Heads, "k" | "v">;
}

/** How a model computes: what all its forward passes share. */
export type ComputingModel = Pick<
  ForwardPass,
  "config" | "parameters" | "linear" | "activation" | "compute"
>;

/** The parts of a model that its forward passes share, without what else it has. */
export function computingParts(model: ComputingModel): ComputingModel {
  const { config, parameters, linear, activation, compute } = model;
  return {
    config,
    parameters,
    linear,
    ...(activation && { activation }),
    ...(compute && { compute }),
  };
}
