import { assertEquals, assertRejects } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { checkWeights } from "../../lib/quant/check_weights.ts";
import { perChannel, perGroup } from "../../lib/quant/granularity.ts";

await engine.start({ backend: "tensorflow" });

Deno.test("checkWeights() counts groups of zeros", async () => {
  const w = tf.tensor2d([[1, 2, 0, 0], [0, 0, 0, 0], [0, -1, 3, 0]]);
  assertEquals(await checkWeights(w, { name: "w", granularity: perChannel() }), { zeroGroups: 1 });
  assertEquals(await checkWeights(w, { name: "w", granularity: perGroup(2) }), { zeroGroups: 3 });
});

Deno.test("weights that are not finite are refused, with layer, place and value", async () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const w = tf.tensor2d([[1, 2, 3], [4, value, 6]]);
    await assertRejects(
      () => checkWeights(w, { name: "layers.3.q_proj", granularity: perChannel() }),
      RangeError,
      `Cannot quantize 'layers.3.q_proj': weight [1, 1] is ${value}`,
    );
  }
});

Deno.test("a group size that does not divide is refused, with the layer", async () => {
  await assertRejects(
    () => checkWeights(tf.ones([2, 6]), { name: "layers.0.up_proj", granularity: perGroup(4) }),
    RangeError,
    "Cannot quantize 'layers.0.up_proj': Group size 4 does not divide 6 inputs",
  );
});
