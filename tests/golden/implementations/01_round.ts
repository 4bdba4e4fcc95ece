import { tf } from "../../../lib/engine/tf.ts";
import { forward, tensorOf } from "../implementation.ts";

/** `01-round`: every rounding of the project is TF.js's, half to even. */
export const round = forward((inputs) => ({ y: tf.round(tensorOf(inputs, "x")) }));
