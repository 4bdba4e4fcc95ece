import type { ActivationDoor } from "./activation_site.ts";
import type { ComputeType } from "./compute_type.ts";
import type { LlamaConfig } from "./config.ts";
import type { Linear } from "./linear.ts";
import type { Parameters } from "./parameters.ts";
import type { Trainable } from "./trainable.ts";
import type { JsonValue } from "../io/config_hash.ts";

/** A model as the trainer sees it: how it computes, and what of it is learned. */
export interface Trainee {
  readonly config: LlamaConfig;
  /** The tensors by Hugging Face's names; those that are trained are variables. */
  readonly parameters: Parameters;
  /** The door to its linear layers. */
  readonly linear: Linear;
  /** Quantizes activations on their way. */
  readonly activation?: ActivationDoor;
  /** The type of activations and products. Default: `float32`. */
  readonly compute?: ComputeType;
  /**
   * What the model was made from, such as its source and method: a resumed run must have it the same.
   */
  readonly identity: JsonValue;
  /** What training changes, in a fixed order. */
  readonly trainables: readonly Trainable[];
}
