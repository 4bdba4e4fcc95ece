import { assertEquals, assertRejects } from "@std/assert";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { openText } from "../../lib/data/open_text.ts";
import { readText } from "../../lib/data/text_source.ts";
import {
  type DatasetFile,
  wikitext2,
  wikitextFile,
  wikitextRows,
} from "../../lib/data/wikitext.ts";
import { collect, withFile } from "./temp_file.ts";

const RAW = " \n = Title = \n \n First . \n Second . \n";

Deno.test("wikitextRows() gives the rows of the hub's data set", () => {
  assertEquals(wikitextRows(RAW), ["", " = Title = \n", "", " First . \n", " Second . \n"]);
  assertEquals(wikitextRows(""), []);
});

Deno.test("readText() of a WikiText file is the papers' text: rows joined by two line ends", async () => {
  await withFile("wiki.test.raw", RAW, async (path) => {
    const text = await readText(wikitextFile(path));
    assertEquals(text, "\n\n = Title = \n\n\n\n\n First . \n\n\n Second . \n");
  });
});

Deno.test("wikitext2() asks for one file at a pinned revision and gives its rows", async () => {
  const asked: DatasetFile[] = [];
  const source = wikitext2("validation", (file) => {
    asked.push(file);
    return Promise.resolve(fileURLToPath(new URL("fixtures/rows.parquet", import.meta.url)));
  });
  assertEquals(source.name, "wikitext-2:validation");
  assertEquals(await collect(source.documents()), ["", " = Title = \n", "naïve 東京"]);
  assertEquals(asked.map((file) => [file.repo, file.path]), [
    ["Salesforce/wikitext", "wikitext-2-raw-v1/validation-00000-of-00001.parquet"],
  ]);
  assertEquals(/^[0-9a-f]{40}$/.test(asked[0]!.revision), true);
});

Deno.test("openText() takes WikiText-2 from a folder that is named, and says what is not there", async () => {
  await withFile("wiki.valid.raw", RAW, async (path) => {
    const wikitextFolder = dirname(path);
    const source = await openText("wikitext-2", { split: "validation", wikitextFolder });
    assertEquals(source.name, "wikitext-2:validation");
    assertEquals(await collect(source.documents()), wikitextRows(RAW));
    await assertRejects(
      () => openText("wikitext-2", { split: "train", wikitextFolder }),
      RangeError,
      `Cannot open the text "wikitext-2:train": there is no wiki.train.raw in ${wikitextFolder}`,
    );
  });
});
