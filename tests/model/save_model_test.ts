import { assertEquals, assertRejects } from "@std/assert";
import { engine, loadModel, tf } from "../../mod.ts";
import { parseLlamaConfig } from "../../lib/model/config.ts";
import { llamaConfigJson } from "../../lib/model/config_json.ts";
import { saveModel } from "../../lib/model/save_model.ts";
import { tempFolder } from "../io/helpers.ts";
import { TINY_MODELS, tinyFolder } from "./tiny_model.ts";

await engine.start({ backend: "wasm" });

for (const name of TINY_MODELS) {
  Deno.test(`llamaConfigJson() is read back as the same configuration: ${name}`, async () => {
    const text = await Deno.readTextFile(`${tinyFolder(name)}/config.json`);
    const config = parseLlamaConfig(text, "config.json");
    assertEquals(parseLlamaConfig(llamaConfigJson(config), "config.json"), config);
  });
}

async function bits(parameters: ReadonlyMap<string, tf.Tensor>): Promise<[string, number[]][]> {
  return await Promise.all(
    [...parameters].map(async ([name, tensor]): Promise<[string, number[]]> => [
      name,
      [...await tensor.data()],
    ]),
  );
}

Deno.test("saveModel() loses nothing in F32, and rounds half to even in F16", async () => {
  await using folder = await tempFolder();
  using model = await loadModel(tinyFolder("grouped-untied"));
  for (const dtype of ["F32", "F16"] as const) {
    await saveModel(folder.path, model, { dtype });
    for (const file of ["tokenizer.json", "tokenizer_config.json"]) {
      await Deno.copyFile(`${tinyFolder("grouped-untied")}/${file}`, `${folder.path}/${file}`);
    }
    using again = await loadModel(folder.path);
    const rounded = (value: number) => dtype === "F32" ? value : new Float16Array([value])[0]!;
    const expected = (await bits(model.parameters)).map(([name, values]) => [
      name,
      values.map(rounded),
    ]);
    assertEquals(await bits(again.parameters), expected as [string, number[]][]);
  }
});

Deno.test("saveModel() refuses a weight that the type cannot hold", async () => {
  await using folder = await tempFolder();
  using model = await loadModel(tinyFolder("grouped-untied"));
  const parameters = new Map(model.parameters);
  parameters.set("model.norm.weight", tf.fill([model.config.hiddenSize], 70_000));
  await assertRejects(
    () => saveModel(folder.path, { config: model.config, parameters }, { dtype: "F16" }),
    RangeError,
    "Cannot save 'model.norm.weight' as F16: it holds 70000",
  );
});
