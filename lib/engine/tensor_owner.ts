import { tf } from "./tf.ts";

/** A tensor's data as TF.js's engine knows it. */
export interface OwnedData {
  /** The backend that holds it. */
  readonly backend: tf.KernelBackend;
}

/** Who holds a tensor's data, or `undefined` after it was disposed. */
export function ownerOf(dataId: object): tf.KernelBackend | undefined {
  const { state } = tf.engine() as unknown as {
    state: { tensorInfo: WeakMap<object, OwnedData> };
  };
  return state.tensorInfo.get(dataId)?.backend;
}
