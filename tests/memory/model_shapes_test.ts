import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { FileFormatError } from "../../lib/io/errors.ts";
import { MODEL_SHAPES, modelShape, parameterCount } from "../../lib/memory/model_shapes.ts";
import { parseLlamaConfig } from "../../lib/model/config.ts";

// As the models' cards and checkpoints have them.
const PUBLISHED: Readonly<Record<string, number>> = {
  "llama-1-7b": 6_738_415_616,
  "llama-1-13b": 13_015_864_320,
  "llama-1-33b": 32_528_943_616,
  "llama-2-7b": 6_738_415_616,
  "llama-2-13b": 13_015_864_320,
  "llama-2-70b": 68_976_648_192,
  "llama-3-8b": 8_030_261_248,
  "mistral-7b": 7_241_732_096,
  "open-llama-3b": 3_426_473_600,
  "tinyllama-1.1b": 1_100_048_384,
  "smollm2-135m": 134_515_008,
  "brown-4m": 3_803_392,
};

Deno.test("every built-in model has the published number of parameters", () => {
  const counted = [...MODEL_SHAPES].map(([name, config]) => [name, parameterCount(config)]);
  assertEquals(Object.fromEntries(counted), PUBLISHED);
});

Deno.test("the shipped model's built-in sizes are those of its file", async () => {
  const path = new URL("../../lib/model/brown_4m/config.json", import.meta.url);
  const { bosId: _, ...file } = parseLlamaConfig(await Deno.readTextFile(path), "config.json");
  assertEquals(MODEL_SHAPES.get("brown-4m"), { ...file, eosIds: [] });
});

Deno.test("modelShape() reads a config.json, by its path or its folder's", async () => {
  const folder = new URL("../../lib/model/brown_4m", import.meta.url).pathname;
  const own = await modelShape(folder);
  assertEquals(own.hiddenSize, 256);
  assertEquals(await modelShape(join(folder, "config.json")), own);
});

Deno.test("modelShape() offers the nearest names of one that is unknown", async () => {
  await assertRejects(() => modelShape("llama2-7b"), RangeError, "did you mean llama-2-7b");
  await assertRejects(() => modelShape("?"), RangeError, "known are llama-1-7b, ");
});

Deno.test("modelShape() refuses a file that is no configuration", async () => {
  const readme = new URL("../../lib/model/brown_4m/README.md", import.meta.url).pathname;
  await assertRejects(() => modelShape(readme), FileFormatError);
});
