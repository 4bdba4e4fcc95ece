import { assertEquals, assertThrows } from "@std/assert";
import { broadcastShape, broadcastStrides } from "../../../lib/engine/fallback/broadcast.ts";

Deno.test("broadcastShape() lines shapes up at their last axes", () => {
  assertEquals(broadcastShape([2, 3, 4], [4]), [2, 3, 4]);
  assertEquals(broadcastShape([3, 1], [1, 4]), [3, 4]);
  assertEquals(broadcastShape([], [2]), [2]);
  assertEquals(broadcastShape([0, 1], [5]), [0, 5]);
});

Deno.test("broadcastShape() refuses lengths that differ and are not 1", () => {
  assertThrows(
    () => broadcastShape([2, 3], [2]),
    RangeError,
    "Shapes [2,3] and [2] do not broadcast",
  );
});

Deno.test("broadcastStrides() steps over axes that a tensor lacks or has once", () => {
  assertEquals(broadcastStrides([2, 3, 4], [2, 3, 4]), [12, 4, 1]);
  assertEquals(broadcastStrides([3, 1], [2, 3, 4]), [0, 1, 0]);
  assertEquals(broadcastStrides([], [2, 3]), [0, 0]);
});
