/**
 * Quantized activations at the places where LR-QAT's paper has them (W-A-KV settings).
 *
 * @module
 */
import type { ActivationDoor } from "../model/activation_site.ts";
import { quantizeActivations } from "../quant/activations.ts";
import { unsignedGrid } from "../quant/grid.ts";
import type { MethodSettings } from "./settings.ts";

/** Bits of activations, and of what the cache of keys and values holds; `null` leaves them float. */
export type ActivationBits = Pick<MethodSettings, "activationBits" | "keyValueBits">;

// How the papers write activations that stay in floating point.
const FLOAT_BITS = 16;

/**
 * Reads bits as the paper's tables write them, W-A-KV: `4-8-8`, `4-8-4` or `4-4-4`, of weights,
 * activations, and keys and values; 16 means that they stay in floating point.
 *
 * @throws {RangeError} If the text is not written so.
 */
export function parseBits(text: string): ActivationBits & Pick<MethodSettings, "bits"> {
  const [, bits, activations, keyValues] = text.match(/^(\d{1,2})-(\d{1,2})-(\d{1,2})$/) ?? [];
  if (!bits || !activations || !keyValues) {
    throw new RangeError(
      `Setting 'bits' must be a number, or bits of weights, activations, keys and values as in 4-8-8: current value is '${text}'`,
    );
  }
  const orFloat = (digits: string) => Number(digits) === FLOAT_BITS ? null : Number(digits);
  return {
    bits: Number(bits),
    activationBits: orFloat(activations),
    keyValueBits: orFloat(keyValues),
  };
}

/**
 * Dynamic asymmetric quantization of every token at every site, with real-valued offsets as in the
 * paper's experiments; nothing where no bits are asked for.
 *
 * The outputs of the key and value projections have `keyValueBits`, all other sites, queries and keys
 * after the rotation among them, `activationBits`. A range is that of the last dimension: of a token,
 * but of a token's single head for queries and keys after the rotation, as in the paper's code, which
 * quantizes them when they are split, `[B, H, T, P]`.
 *
 * @throws {RangeError} If bits are not integers from 2 to 8.
 */
export function activationDoor(
  { activationBits, keyValueBits }: ActivationBits,
): ActivationDoor | undefined {
  if (activationBits === null && keyValueBits === null) return undefined;
  const [activations, keysAndValues] = [activationBits, keyValueBits].map((bits) =>
    bits === null ? undefined : unsignedGrid(bits)
  );
  return (site, x) => {
    const grid = site === "key" || site === "value" ? keysAndValues : activations;
    return grid ? quantizeActivations(x, { qp: grid.qp, zero: "real" }) : x;
  };
}
