import { assertEquals } from "@std/assert";
import { forward } from "./implementation.ts";
import { implementationOf } from "./registry.ts";

const round = forward(() => ({}));
const lora = forward(() => ({}));
const qatLora = forward(() => ({}));
const REGISTRY = new Map([["01-round", round], ["06-qat", lora], ["06-qat-lora", qatLora]]);

Deno.test("implementationOf() finds a case's family whatever stands behind it", () => {
  assertEquals(implementationOf(REGISTRY, "01-round") === round, true);
  assertEquals(implementationOf(REGISTRY, "01-round-b3-g128") === round, true);
});

Deno.test("implementationOf() takes the longest family", () => {
  assertEquals(implementationOf(REGISTRY, "06-qat-lsq") === lora, true);
  assertEquals(implementationOf(REGISTRY, "06-qat-lora-b3") === qatLora, true);
});

Deno.test("implementationOf() takes no family that is only the beginning of a word", () => {
  assertEquals(implementationOf(REGISTRY, "01-rounding"), undefined);
  assertEquals(implementationOf(REGISTRY, "01"), undefined);
  assertEquals(implementationOf(REGISTRY, ""), undefined);
});
