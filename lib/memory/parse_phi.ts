import type { MethodOptions } from "../methods/settings.ts";
import { PHI_NAMES, type PhiName } from "../quant/downcast/phi.ts";

/**
 * Reads a downcast as the settings have it (`fixed`, `int`, `bf16` …) or as LR-QAT's paper writes it:
 * `q4.4` is fixed point of 4 bits before the point and `int3` the integers of 3 bits. Those say the
 * bits of a code, too.
 *
 * @param text The text.
 * @param bits Bits a code where they are given beside it.
 * @throws {RangeError} If it is none of these, or says other bits than the ones given.
 */
export function parsePhi(
  text: string,
  bits?: MethodOptions["bits"],
): Pick<MethodOptions, "bits"> & {
  readonly phi: PhiName;
} {
  const name = PHI_NAMES.find((known) => known === text);
  if (name) return { phi: name, ...(bits !== undefined && { bits }) };
  const [, whole, fraction] = /^q([2-7])\.([1-6])$/i.exec(text) ?? [];
  const [, integer] = /^int-?([2-8])$/i.exec(text) ?? [];
  const said = Number(whole ?? integer);
  const isFixed = whole !== undefined && said + Number(fraction) === 8;
  if (!isFixed && integer === undefined) {
    throw new RangeError(
      `Unknown downcast ${JSON.stringify(text)}: write ${PHI_NAMES.join(", ")}, q4.4, q3.5 or int4`,
    );
  }
  if (bits !== undefined && Number(bits) !== said) {
    throw new RangeError(
      `The downcast ${text} is of ${said} bits, and 'bits' is ${bits}: leave one of them out`,
    );
  }
  return { phi: isFixed ? "fixed" : "int", bits: said };
}
