import { assertEquals } from "@std/assert";
import { logTicks, numberAxis } from "../../lib/figures/number_axis.ts";

Deno.test("an axis is logarithmic only for ratios over a wide range above zero", () => {
  assertEquals(numberAxis([1, 10], { isRatio: true }).type, "log");
  assertEquals(numberAxis([1, 10], { isRatio: false }).type, undefined);
  assertEquals(numberAxis([8, 10], { isRatio: true }).type, undefined);
  assertEquals(numberAxis([0, 10], { isRatio: true }).type, undefined);
});

Deno.test("ticks of a logarithmic axis are round and few, for half a decade and for thirty", () => {
  assertEquals(logTicks([0, 0.7]), [1, 1.5, 2, 3, 4, 5]);
  assertEquals(logTicks([-1, 1]), [0.1, 0.2, 0.5, 1, 2, 5, 10]);
  assertEquals(logTicks([0, 30]).length <= 9, true);
});
