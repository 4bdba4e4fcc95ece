import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { engine, loadModel, mergeModel, prepare, saveQuantizedModel } from "../../mod.ts";
import { tempFolder } from "../io/helpers.ts";
import { tinyFolder } from "../model/tiny_model.ts";
import { runScript } from "./run_script.ts";

const SOURCE = tinyFolder("grouped-untied");

async function saveTiny(path: string): Promise<void> {
  await engine.start({ backend: "wasm" });
  using model = await loadModel(SOURCE);
  using prepared = await prepare(model, { method: "rtn", bits: 4, floatWeights: "keep" });
  using merged = mergeModel(prepared);
  await saveQuantizedModel(path, merged);
}

Deno.test("eval and generate take a quantized model's file, with the tokenizer of what it was made from", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "tiny.safetensors");
  const text = join(folder.path, "text.txt");
  await saveTiny(path);
  await Deno.writeTextFile(text, "once upon a time there was a cat, and it sat on a mat. ");
  const scored = ["ppl", "--model", path, "--text", text, "--seq", "16", "--format", "json"];
  const [own, given] = [
    await runScript("eval.ts", ...scored),
    await runScript("eval.ts", ...scored, "--tokenizer", SOURCE),
  ];
  assertEquals(own.code, 0, own.stderr);
  assertEquals(JSON.parse(own.stdout).meanLoss, JSON.parse(given.stdout).meanLoss);
  const continued = await runScript("generate.ts", "--model", path, "--tokens", "4", "once");
  assertEquals(continued.code, 0, continued.stderr);
  assertStringIncludes(continued.stdout, "once");
});

Deno.test("generate asks for a tokenizer where that of the file's source is not at hand", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "tiny.safetensors");
  await engine.start({ backend: "wasm" });
  using model = await loadModel(SOURCE);
  const other = { ...model, source: "someone/unknown" };
  using prepared = await prepare(other, { method: "rtn", bits: 4, floatWeights: "keep" });
  using merged = mergeModel(prepared);
  await saveQuantizedModel(path, merged);
  const { code, stderr } = await runScript("generate.ts", "--model", path, "once");
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'was made from "someone/unknown", which is not on this machine');
  assertStringIncludes(stderr, "by --tokenizer");
});

Deno.test("generate refuses --tokenizer for a model that has its own", async () => {
  const { code, stderr } = await runScript(
    "generate.ts",
    "--model",
    SOURCE,
    "--tokenizer",
    SOURCE,
    "once",
  );
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Leave out --tokenizer");
});
