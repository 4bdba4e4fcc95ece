import { assertEquals } from "@std/assert";
import {
  loadModelTokenizer,
  loadQuantizedModel,
  openText,
  perplexity,
  quantizedSource,
} from "../../mod.ts";
import { savedModelPath } from "../../lib/study/saved_model.ts";
import { collect, folderWithText } from "./sweep_helpers.ts";
import { tinyRuns } from "./sweep_process.ts";

Deno.test("sweep() saves merged models whose losses are those of its results, bit for bit", async () => {
  await using folder = await folderWithText();
  const events = await collect(folder.path, { saveModels: true });
  const results = events.flatMap((event) => event.kind === "result" ? [event] : []);
  assertEquals(results.length, 4);
  const text = await openText(`${folder.path}/text.txt`);
  for (const { row, modelFile = "" } of results) {
    assertEquals(modelFile, `${folder.path}/results/models/${row.run_id}.safetensors`);
    const tokenizer = await loadModelTokenizer(await quantizedSource(modelFile) ?? "");
    using model = await loadQuantizedModel(modelFile, { tokenizer });
    const { meanLoss } = await perplexity(model, text, { seq: 16, blocks: 4 });
    assertEquals(meanLoss, row.test_loss);
  }
});

Deno.test("sweep() tells how many runs are done whose models were not saved", async () => {
  await using folder = await folderWithText();
  const unsaved = async (options: object) => {
    const [plan] = await collect(folder.path, options);
    return plan?.kind === "plan" ? plan.unsaved : undefined;
  };
  assertEquals(await unsaved({}), 0);
  assertEquals(await unsaved({ saveModels: true }), 4);
  assertEquals(await unsaved({ saveModels: true, fresh: true }), 0);
  assertEquals(await unsaved({ saveModels: true }), 0);
});

Deno.test("sweep() keeps the numbers of a run whose model cannot be saved", async () => {
  await using folder = await folderWithText();
  await Deno.mkdir(`${folder.path}/results`);
  // A file stands where the folder of the models should.
  await Deno.writeTextFile(`${folder.path}/results/models`, "");
  const events = await collect(folder.path, { saveModels: true });
  const results = events.flatMap((event) => event.kind === "result" ? [event] : []);
  assertEquals(results.map(({ row }) => row.status), Array(4).fill("done"));
  for (const { modelFile, modelError, row } of results) {
    assertEquals([modelFile, typeof modelError, typeof row.perplexity], [
      undefined,
      "string",
      "number",
    ]);
  }
});

Deno.test("sweep() removes the model of an older result, and what killed saves left", async () => {
  await using folder = await folderWithText();
  const results = `${folder.path}/results`;
  const [run] = tinyRuns(folder.path);
  const path = savedModelPath(results, run?.id ?? "");
  const left = `${path}.1-${crypto.randomUUID()}.tmp`;
  await Deno.mkdir(`${results}/models`, { recursive: true });
  for (const name of [path, left]) await Deno.writeTextFile(name, "old");
  await collect(folder.path);
  assertEquals(await Array.fromAsync(Deno.readDir(`${results}/models`)), []);
});
