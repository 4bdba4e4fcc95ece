import { assertEquals, assertThrows } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import {
  divideGroups,
  granularityText,
  joinGroups,
  multiplyGroups,
  parseGranularity,
  perChannel,
  perGroup,
  perTensor,
  scaleShape,
  splitGroups,
  sumGroups,
} from "../../lib/quant/granularity.ts";
import { take } from "./values.ts";

await engine.start({ backend: "tensorflow" });

Deno.test("a granularity is written and read back the same", () => {
  for (const granularity of [perTensor(), perChannel(), perGroup(128)]) {
    assertEquals(parseGranularity(granularityText(granularity)), granularity);
  }
  assertEquals(parseGranularity("group:64"), perGroup(64));
});

Deno.test("a text that names no granularity is refused", () => {
  for (const text of ["", "g", "g0", "row", "g-1", "G128", "group"]) {
    assertThrows(() => parseGranularity(text), RangeError);
  }
});

Deno.test("scaleShape() gives one scale, one an output, or one a group", () => {
  assertEquals(scaleShape([6, 8], perTensor()), [1]);
  assertEquals(scaleShape([6, 8], perChannel()), [6, 1]);
  assertEquals(scaleShape([6, 8], perGroup(2)), [6, 4]);
});

Deno.test("a group size that does not divide the inputs is refused, and the nearest are named", () => {
  assertThrows(
    () => scaleShape([8, 576], perGroup(128)),
    RangeError,
    "Group size 128 does not divide 576 inputs: the nearest that do are 96 and 144",
  );
  assertThrows(() => scaleShape([8, 6], perGroup(7)), RangeError, "the nearest that do are 6");
});

Deno.test("scales of a shape that no granularity gives are refused", () => {
  const w = tf.ones([4, 6]);
  for (const shape of [[2], [4], [3, 1], [4, 4], [4, 1, 1]]) {
    assertThrows(() => multiplyGroups(w, tf.ones(shape)), RangeError, "do not fit weights [4,6]");
  }
});

Deno.test("splitGroups() and joinGroups() are inverse", () => {
  const w = tf.range(0, 24).reshape([4, 6]);
  for (const granularity of [perTensor(), perChannel(), perGroup(3)]) {
    const back = joinGroups(splitGroups(w, granularity), w.shape);
    assertEquals(back.shape, [4, 6]);
    assertEquals(take(back), take(tf.clone(w)));
  }
});

Deno.test("a group's scale meets consecutive inputs of one output", () => {
  const w = tf.tensor2d([[2, 4, 6, 8], [10, 12, 14, 16]]);
  const s = tf.tensor2d([[1, 2], [0.5, 4]]);
  assertEquals(take(multiplyGroups(w, s)), [2, 4, 12, 16, 5, 6, 56, 64]);
  assertEquals(take(divideGroups(w, s)), [2, 4, 3, 4, 20, 24, 3.5, 4]);
  assertEquals(take(sumGroups(w, [2, 2])), [6, 14, 22, 30]);
  assertEquals(take(sumGroups(w, [1])), [72]);
  const [dw, ds] = tf.grads((w, s) => multiplyGroups(w, s))([w, s]) as [tf.Tensor, tf.Tensor];
  assertEquals(take(dw), [1, 1, 2, 2, 0.5, 0.5, 4, 4]);
  assertEquals(take(ds), [6, 14, 22, 30]);
});
