/**
 * TF.js, the one instance that the engine and its users share.
 *
 * @module
 */
import util from "node:util";
import tf from "@tensorflow/tfjs";

// tfjs-node-gpu's kernels call a function that node:util no longer has.
const legacyUtil = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean };
legacyUtil.isNullOrUndefined ??= (value) => value === null || value === undefined;

// TF.js falls back in silence to kernels in plain JavaScript, a thousand times too slow to train
// with; without them an op before `engine.start()` is an error instead.
tf.removeBackend("cpu");

export { tf };
