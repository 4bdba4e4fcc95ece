import type { tf } from "../engine/tf.ts";

/**
 * What a trained tensor is for. Optimizer groups, memory accounting and manifests go by it.
 *
 * - `weight`: a matrix of the model; `gain`: a vector such as a norm's weight or a bias;
 * - `adapter`: a low-rank factor; `scale` and `offset`: a quantizer's.
 */
export type Role = "weight" | "gain" | "adapter" | "scale" | "offset";

/** All roles, in the order in which reports name them. */
export const ROLES: readonly Role[] = ["weight", "gain", "adapter", "scale", "offset"];

/** A tensor that training changes. */
export interface Trainable {
  /** The name under which checkpoints keep it, unique in its model. */
  readonly name: string;
  readonly role: Role;
  /** The float32 master, updated in place. */
  readonly variable: tf.Variable;
}
