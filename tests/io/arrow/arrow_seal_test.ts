import { assertThrows } from "@std/assert";
import { BLANK_SEAL, checkArrowSeal, sealArrow } from "../../../lib/io/arrow/arrow_seal.ts";
import { FileFormatError } from "../../../lib/io/errors.ts";

function sample(text = `before ${BLANK_SEAL} after`): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("checkArrowSeal() accepts what sealArrow() sealed, and refuses every changed bit", () => {
  const bytes = sample();
  sealArrow(bytes);
  checkArrowSeal(bytes, "f");
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assertThrows(() => checkArrowSeal(changed, "f"), FileFormatError, "the seal of the file");
  }
});

Deno.test("a blank, missing or second seal is refused", () => {
  assertThrows(() => checkArrowSeal(sample(), "f"), FileFormatError, "the sum of the bytes");
  assertThrows(() => checkArrowSeal(sample("none"), "f"), FileFormatError, "another program");
  assertThrows(() => sealArrow(sample("none")), RangeError, "current number is 0");
  assertThrows(() => sealArrow(sample(BLANK_SEAL + BLANK_SEAL)), RangeError, "number is 2");
});
