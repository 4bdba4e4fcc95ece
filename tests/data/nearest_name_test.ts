import { assertEquals } from "@std/assert";
import { nearestNames } from "../../lib/data/nearest_name.ts";

Deno.test("nearestNames() offers names that differ by a few letters, the nearest first", () => {
  const known = ["brown", "wikitext-2", "wikitext-103"];
  assertEquals(nearestNames("Browm", known), ["brown"]);
  assertEquals(nearestNames("wikitext2", known), ["wikitext-2", "wikitext-103"]);
  assertEquals(nearestNames("pile", known), []);
});
