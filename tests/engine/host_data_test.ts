import { assertEquals } from "@std/assert";
import { bytesOf, uniformElement, viewAs } from "../../lib/engine/host_data.ts";

Deno.test("viewAs() reads bytes that do not lie on the border of an element", () => {
  const bytes = new Uint8Array(9);
  bytes.set(new Uint8Array(Float32Array.of(1.5, -2).buffer), 1);
  assertEquals(viewAs(bytes.subarray(1), "float32"), Float32Array.of(1.5, -2));
});

Deno.test("bytesOf() takes typed arrays as they are and converts plain ones", () => {
  assertEquals(bytesOf(Int32Array.of(-1), "int32"), Uint8Array.of(255, 255, 255, 255));
  assertEquals(bytesOf([true, false] as unknown as number[], "bool"), Uint8Array.of(1, 0));
  assertEquals(bytesOf([1, 2], "float32"), new Uint8Array(Float32Array.of(1, 2).buffer));
});

Deno.test("uniformElement() finds the one element, bit by bit", () => {
  const of = (...values: number[]) =>
    uniformElement(bytesOf(Float32Array.from(values), "float32"), "float32");
  assertEquals(of(3, 3, 3), new Uint8Array(Float32Array.of(3).buffer));
  assertEquals(of(3, 3, 4), undefined);
  assertEquals(of(0, -0), undefined);
  assertEquals(of(NaN, NaN), new Uint8Array(Float32Array.of(NaN).buffer));
  assertEquals(of(), undefined);
});
