import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { FileFormatError } from "../errors.ts";

/** The key of the schema's metadata under which the seal of a file stands. */
export const SEAL_KEY = "qatlab.seal";

const MARK = "qatlab-seal-sha256:";
const DIGITS = 64;

/** What stands there until {@linkcode sealArrow} puts in the sha256. */
export const BLANK_SEAL = MARK + "0".repeat(DIGITS);

/**
 * Puts the sha256 of a file into its own metadata, in place; its digits count as zeros in the sum.
 *
 * So a file tells without a second file whether any bit of it has changed, and that before a parser
 * sees it: Arrow's own can run for ever on a damaged one.
 *
 * @param bytes A file with {@linkcode BLANK_SEAL} in its metadata.
 * @throws {RangeError} If it is not there exactly once; a text of the table may hold it too.
 */
export function sealArrow(bytes: Uint8Array): void {
  const [place, ...more] = sealPlaces(bytes);
  if (place === undefined || more.length > 0) {
    throw new RangeError(
      `Cannot seal an Arrow file: the text "${MARK}" must stand in it once: ` +
        `current number is ${place === undefined ? 0 : 1 + more.length}`,
    );
  }
  bytes.set(new TextEncoder().encode(sha256(bytes, place)), place);
}

/**
 * Checks that no bit of a file has changed since {@linkcode sealArrow}.
 *
 * @param path The path of the file, for messages.
 * @throws {FileFormatError} If one has, or if there is no seal.
 */
export function checkArrowSeal(bytes: Uint8Array, path: string): void {
  const where = "the seal of the file";
  const [place, ...more] = sealPlaces(bytes);
  if (place === undefined || more.length > 0) {
    const found = place === undefined
      ? "none: the file is damaged, or another program wrote it"
      : String(1 + more.length);
    throw new FileFormatError(path, { where, expected: "one", found });
  }
  const expected = sha256(bytes, place);
  const found = new TextDecoder("latin1").decode(bytes.subarray(place, place + DIGITS));
  if (found === expected) return;
  throw new FileFormatError(path, {
    where,
    offset: place,
    expected: `${expected}, the sum of the bytes`,
    found: JSON.stringify(found),
  });
}

function sealPlaces(bytes: Uint8Array): number[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places: number[] = [];
  for (let at = buffer.indexOf(MARK); at >= 0; at = buffer.indexOf(MARK, at + 1)) {
    const place = at + MARK.length;
    if (place + DIGITS <= bytes.length) places.push(place);
  }
  return places;
}

function sha256(bytes: Uint8Array, place: number): string {
  return createHash("sha256").update(bytes.subarray(0, place)).update("0".repeat(DIGITS))
    .update(bytes.subarray(place + DIGITS)).digest("hex");
}
