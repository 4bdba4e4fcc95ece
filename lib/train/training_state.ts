import { tf } from "../engine/tf.ts";
import { castLike } from "../model/compute_type.ts";
import type { Checkpoint } from "./checkpoint/open_checkpoint.ts";
import { requireSameTensors } from "./checkpoint/require_same_tensors.ts";
import type { CheckpointTensor } from "./checkpoint/save_checkpoint.ts";
import type { StateTensor } from "./step.ts";

/** The training state as a checkpoint keeps it; values are read when their turn has come. */
export function stateTensors(state: readonly StateTensor[]): CheckpointTensor[] {
  return state.map(({ name, variable }) => ({
    name,
    shape: variable.shape,
    read: async () => await variable.data() as Float32Array,
  }));
}

/**
 * Puts a checkpoint's values into the training state, one tensor at a time.
 *
 * @throws {RangeError} If the checkpoint is of another model; the state is as it was then.
 */
export async function restoreState(
  state: readonly StateTensor[],
  checkpoint: Checkpoint,
): Promise<void> {
  requireSameTensors(
    checkpoint,
    state.map(({ name, variable }) => ({ name, shape: variable.shape })),
  );
  for (const { name, variable } of state) {
    const values = await checkpoint.read(name);
    tf.tidy(() => variable.assign(castLike(tf.tensor(values, variable.shape), variable)));
  }
}
