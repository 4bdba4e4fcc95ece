import { assertEquals } from "@std/assert";
import { staticOperands } from "../../../lib/engine/pjrt/static_operands.ts";

Deno.test("factors are operands of one program, axes and shapes make a program each", () => {
  assertEquals(staticOperands("Mul", 2), [false, false]);
  assertEquals(staticOperands("Sum", 2), [false, true]);
  assertEquals(staticOperands("Slice", 3), [false, true, true]);
  assertEquals(staticOperands("PadV2", 3), [false, true, false]);
  assertEquals(staticOperands("OneHot", 4), [false, true, false, false]);
  assertEquals(staticOperands("Range", 3), [true, true, true]);
});

Deno.test("a list of tensors is spread before what follows it", () => {
  assertEquals(staticOperands("ConcatV2", 4), [false, false, false, true]);
  assertEquals(staticOperands("Pack", 3), [false, false, false]);
});
