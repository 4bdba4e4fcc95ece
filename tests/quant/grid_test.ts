import { assertEquals, assertThrows } from "@std/assert";
import { signedGrid, unsignedGrid } from "../../lib/quant/grid.ts";

Deno.test("signedGrid() spans two's complement, unsignedGrid() starts at zero", () => {
  assertEquals(signedGrid(2), { bits: 2, qn: -2, qp: 1 });
  assertEquals(signedGrid(8), { bits: 8, qn: -128, qp: 127 });
  assertEquals(unsignedGrid(3), { bits: 3, qn: 0, qp: 7 });
});

Deno.test("a grid of other than 2 to 8 whole bits is refused, with the value", () => {
  for (const bits of [1, 9, 3.5, NaN, Infinity]) {
    for (const grid of [signedGrid, unsignedGrid]) {
      assertThrows(
        () => grid(bits),
        RangeError,
        `'bits' must be an integer from 2 to 8: current value is ${bits}`,
      );
    }
  }
});
