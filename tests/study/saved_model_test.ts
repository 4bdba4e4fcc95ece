import { assertEquals } from "@std/assert";
import {
  loadModelTokenizer,
  loadQuantizedModel,
  openText,
  perplexity,
  quantizedSource,
} from "../../mod.ts";
import { collect, folderWithText } from "./sweep_helpers.ts";

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
