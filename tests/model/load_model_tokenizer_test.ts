import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { loadModelTokenizer } from "../../lib/model/load_model_tokenizer.ts";
import { startFakeHub } from "../io/hub/fake_hub.ts";
import { tempFolder } from "../io/helpers.ts";
import { writeTinyGguf } from "./tiny_gguf.ts";
import { tinyFolder } from "./tiny_model.ts";

const FOLDER = tinyFolder("grouped-untied");

Deno.test("loadModelTokenizer() needs no weights", async () => {
  await using folder = await tempFolder();
  await Deno.copyFile(join(FOLDER, "tokenizer.json"), join(folder.path, "tokenizer.json"));
  const [whole, alone] = [
    await loadModelTokenizer(FOLDER),
    await loadModelTokenizer(folder.path),
  ];
  assertEquals(alone.encode("once upon a time"), whole.encode("once upon a time"));
});

Deno.test("loadModelTokenizer() takes what a .gguf file holds", async () => {
  await using folder = await tempFolder();
  const path = join(folder.path, "tiny.gguf");
  await writeTinyGguf(path, FOLDER);
  const tokenizer = await loadModelTokenizer(path);
  const ids = tokenizer.encode("once upon a time");
  assertEquals(tokenizer.decode(ids), "once upon a time");
});

Deno.test("loadModelTokenizer() brings no weights from the hub", async () => {
  const tokenizer = await Deno.readTextFile(join(FOLDER, "tokenizer.json"));
  await using hub = startFakeHub({ "tokenizer.json": tokenizer, "model.safetensors": "weights" });
  await using cache = await tempFolder();
  const options = { hubUrl: hub.url, cache: cache.path, offline: false, retryDelay: 1 };
  const found = await loadModelTokenizer("owner/name", { hub: options });
  assertEquals(found.encode("once").length, 4);
  assertEquals(hub.log.filter((line) => line.includes("safetensors")), []);
});

Deno.test("loadModelTokenizer() refuses what is no model", async () => {
  await assertRejects(() => loadModelTokenizer("no such model"), RangeError, "Unknown model");
});
