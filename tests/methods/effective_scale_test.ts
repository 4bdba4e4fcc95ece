import { assertEquals } from "@std/assert";
import { start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { raiseScale } from "../../lib/methods/effective_scale.ts";

await start({ backend: "tensorflow" });

// Portable scales have eight significant bits: 2^-7 apart from 1 to 2.
const UNIT = 2 ** -7;

Deno.test("raiseScale() gives the next scale of the format, wherever between two one lies", () => {
  const shares = [0.001, 0.25, 0.49, 0.495, 0.5, 0.505, 0.75, 0.999];
  for (const low of [1, 1 + UNIT, 1.5, 2 - 2 * UNIT, 2 - UNIT]) {
    const between = shares.map((share) => low + share * UNIT);
    const raised = [...raiseScale(tf.tensor1d(between), "portable").dataSync()];
    assertEquals(raised, between.map(() => low + UNIT), `${low}`);
  }
});

Deno.test("raiseScale() leaves a scale of the format as it is", () => {
  const held = [1, 1 + UNIT, 2 - UNIT, 0.5];
  assertEquals([...raiseScale(tf.tensor1d(held), "portable").dataSync()], held);
});
