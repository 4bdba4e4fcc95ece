import { assertEquals } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { causalMask } from "../../lib/model/causal_mask.ts";
import { valuesOf } from "./tiny_model.ts";

await engine.start({ backend: "tensorflow" });

function visible(positions: number[], options: { keys: number; window?: number }): string[] {
  const mask = valuesOf(causalMask(tf.tensor1d(positions, "int32"), options));
  const signs = Array.from(mask, (value) => Math.abs(value) === 0 ? "x" : ".");
  return positions.map((_, row) =>
    signs.slice(row * options.keys, (row + 1) * options.keys).join("")
  );
}

Deno.test("causalMask() shows each query the keys up to its own position", () => {
  assertEquals(visible([0, 1, 2], { keys: 3 }), ["x..", "xx.", "xxx"]);
  assertEquals(visible([2, 3], { keys: 5 }), ["xxx..", "xxxx."]);
});

Deno.test("causalMask() with a window shows each query that many keys, its own included", () => {
  assertEquals(visible([0, 1, 2, 3], { keys: 4, window: 2 }), ["x...", "xx..", ".xx.", "..xx"]);
});
