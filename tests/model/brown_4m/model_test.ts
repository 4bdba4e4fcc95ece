import { assertAlmostEquals, assertEquals, assertLessOrEqual } from "@std/assert";
import { engine, loadModel, openText, perplexity } from "../../../mod.ts";

const FOLDER = new URL("../../../lib/model/brown_4m/", import.meta.url);

Deno.test("brown-4m is found by its name and has the loss that transformers computes, on 40 blocks", async () => {
  await engine.start({ backend: "tensorflow" });
  using model = await loadModel("brown-4m");
  assertEquals(model.config.vocabSize, 4096);
  const text = await openText("brown", { split: "test" });
  const { meanLoss } = await perplexity(model, text, { seq: 256, blocks: 40 });
  // That of transformers 5.23 on the same tokens.
  assertAlmostEquals(meanLoss, 4.467949, 1e-5);
});

Deno.test("brown-4m takes at most 8 MB and is better than the 5-gram model on its tokens", async () => {
  assertLessOrEqual((await Deno.stat(new URL("model.safetensors", FOLDER))).size, 8_000_000);
  const card = await Deno.readTextFile(new URL("README.md", FOLDER));
  const [, test = ""] = card.match(/test perplexity *\| ([\d.]+)/) ?? [];
  const [, ngram = ""] = card.match(/5-gram[^|]*\| validation [\d.]+, test ([\d.]+)/) ?? [];
  assertLessOrEqual(Number(test), 0.75 * Number(ngram));
});
