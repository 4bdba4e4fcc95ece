import { assertEquals, assertThrows } from "@std/assert";
import { parsePhi } from "../../lib/memory/parse_phi.ts";

Deno.test("parsePhi() reads names and the paper's notation, which says the bits too", () => {
  assertEquals(parsePhi("fixed"), { phi: "fixed" });
  assertEquals(parsePhi("bf16", 3), { phi: "bf16", bits: 3 });
  assertEquals(parsePhi("q4.4"), { phi: "fixed", bits: 4 });
  assertEquals(parsePhi("Q3.5", 3), { phi: "fixed", bits: 3 });
  assertEquals(parsePhi("int4"), { phi: "int", bits: 4 });
  assertEquals(parsePhi("INT-3"), { phi: "int", bits: 3 });
});

Deno.test("parsePhi() refuses other notations and bits that contradict", () => {
  assertThrows(() => parsePhi("q4.5"), RangeError, 'Unknown downcast "q4.5"');
  assertThrows(() => parsePhi("int9"), RangeError, 'Unknown downcast "int9"');
  assertThrows(() => parsePhi("q4.4", 3), RangeError, "is of 4 bits, and 'bits' is 3");
});
