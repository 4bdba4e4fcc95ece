import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { brownCorpus } from "../../../lib/data/brown.ts";
import { readText } from "../../../lib/data/text_source.ts";
import { encodeDocuments } from "../../../lib/data/encode_documents.ts";
import { loadTokenizer } from "../../../lib/data/load_tokenizer.ts";

const FOLDER = fileURLToPath(new URL("../../../lib/model/brown_4m/", import.meta.url));

async function exportBrown(...args: string[]): Promise<{ out: string; error: string }> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-env", "--allow-read", `${FOLDER}export_brown.ts`, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { out: decoder.decode(stdout), error: decoder.decode(stderr) };
}

Deno.test("export_brown.ts writes each document as a line of JSON", async () => {
  const { out } = await exportBrown("documents", "test");
  const texts = out.trimEnd().split("\n").map((line) => JSON.parse(line).text);
  assertEquals(texts, await Array.fromAsync(brownCorpus("test").documents()));
});

Deno.test("export_brown.ts writes the ids that perplexity() and training use", async () => {
  const [source, tokenizer] = [brownCorpus("test"), await loadTokenizer(FOLDER)];
  const text = tokenizer.encode(await readText(source));
  assertEquals((await exportBrown("text", "test")).out, `${text.join(" ")}\n`);
  const packed = await encodeDocuments(source, tokenizer);
  assertEquals((await exportBrown("packed", "test")).out, `${packed.join(" ")}\n`);
});

Deno.test("export_brown.ts names the choices where one is unknown", async () => {
  const { out, error } = await exportBrown("text", "tests");
  assertEquals(out, "");
  assertStringIncludes(error, 'unknown choice "tests"; there are train, validation, test');
});
