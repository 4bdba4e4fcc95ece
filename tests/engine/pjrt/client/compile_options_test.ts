import { assertEquals, assertExists } from "@std/assert";
import { join } from "node:path";
import { addXlaFlag } from "../../../../lib/engine/native/environment_defaults.ts";
import { openClient } from "./open_client.ts";

// As TensorFlow's start leaves it, which the plugin sees where it is loaded later.
addXlaFlag("--xla_disable_hlo_passes", "cse_barrier_expander");

// Two equal products, the second of an operand behind a barrier: only the barrier keeps them apart.
const RECOMPUTED = `module @recomputed {
  func.func @main(%x: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
    %a = stablehlo.dot %x, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
    %h = stablehlo.optimization_barrier %x : tensor<8x8xf32>
    %b = stablehlo.dot %h, %h : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
    return %a, %b : tensor<8x8xf32>, tensor<8x8xf32> } }`;

async function productsIn(disablePasses: readonly string[]): Promise<number> {
  const dumpTo = await Deno.makeTempDir();
  try {
    using client = openClient();
    client.compileSync(RECOMPUTED, { disablePasses, dumpTo });
    const names = [...Deno.readDirSync(dumpTo)].map(({ name }) => name);
    const name = names.find((name) => name.endsWith("after_optimizations.txt"));
    assertExists(name);
    const text = await Deno.readTextFile(join(dumpTo, name));
    return [...text.matchAll(/ dot\(/g)].length;
  } finally {
    await Deno.remove(dumpTo, { recursive: true });
  }
}

Deno.test("disablePasses leaves passes of XLA out, of one program, whatever XLA_FLAGS says", async () => {
  assertEquals(await productsIn([]), 1);
  assertEquals(await productsIn(["cse_barrier_expander"]), 2);
  assertEquals(await productsIn([]), 1);
});
