import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { variantOf } from "../../lib/results/variant.ts";

Deno.test("variantOf() is the same for all seeds and for nothing else", () => {
  const run = { method: "lora", training: { schedule: { kind: "linear" } } };
  const variant = variantOf({ ...run, seed: 1 });
  assertMatch(variant, /^[0-9a-f]{12}$/);
  assertEquals(variantOf({ seed: 2, ...run }), variant);
  assertNotEquals(variantOf({ ...run, training: { schedule: { kind: "cosine" } } }), variant);
});
