import { assertEquals, assertThrows } from "@std/assert";
import { toRotateHalfOrder } from "../../../lib/io/gguf/rotary_order.ts";

Deno.test("toRotateHalfOrder() puts even rows of each head first, then odd rows", () => {
  // Two heads of 6 rows; row r holds [r, r + 0.5].
  const values = Float32Array.from({ length: 24 }, (_, i) => (i >> 1) + (i & 1) / 2);
  const moved = toRotateHalfOrder(values, { heads: 2, rows: 12 });
  const rows = [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11];
  assertEquals([...moved], rows.flatMap((row) => [row, row + 0.5]));
});

Deno.test("toRotateHalfOrder() moves a bias as it moves rows", () => {
  const moved = toRotateHalfOrder(Float32Array.of(0, 1, 2, 3), { heads: 1, rows: 4 });
  assertEquals([...moved], [0, 2, 1, 3]);
});

Deno.test("toRotateHalfOrder() keeps attention scores: interleaved rotation before, rotate-half after", () => {
  const headDim = 8;
  const interleaved = Float32Array.from(
    { length: headDim },
    (_, i) => Math.fround(Math.sin(i + 1)),
  );
  const half = toRotateHalfOrder(interleaved, { heads: 1, rows: headDim });
  for (let i = 0; i < headDim / 2; i++) {
    const angle = 0.3 * (i + 1);
    const [a, b] = rotated(interleaved[2 * i]!, interleaved[2 * i + 1]!, angle);
    const [c, d] = rotated(half[i]!, half[i + headDim / 2]!, angle);
    assertEquals([a, b], [c, d]);
  }
});

function rotated(x: number, y: number, angle: number): [number, number] {
  return [
    x * Math.cos(angle) - y * Math.sin(angle),
    x * Math.sin(angle) + y * Math.cos(angle),
  ];
}

Deno.test("toRotateHalfOrder() refuses heads of odd size and half rows", () => {
  const values = new Float32Array(12);
  for (const options of [{ heads: 2, rows: 6 }, { heads: 1, rows: 8 }, { heads: 0, rows: 12 }]) {
    assertThrows(() => toRotateHalfOrder(values, options), RangeError, "pairs in each head");
  }
});
