/**
 * qatlab: quantization-aware training of language models through low-rank adapters, on TF.js.
 *
 * @module
 */
export * as engine from "./lib/engine/mod.ts";
export { tf } from "./lib/engine/tf.ts";
