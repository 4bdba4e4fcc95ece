import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { studyNamed } from "../../experiments/mod.ts";
import { checkNotebooks, gapsOf, readNotebook, runNotebook } from "../../lib/notebook/mod.ts";
import { kernelTest } from "./kernel_test_case.ts";
import { writeMadeUpResults } from "./made_up_results.ts";

const FOLDER = new URL("../../notebooks/", import.meta.url);

function pathOf(name: string): string {
  return fileURLToPath(new URL(`${name}.ipynb`, FOLDER));
}

Deno.test("the cells of all notebooks fit their types", async () => {
  const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
    .filter((name) => name.endsWith(".ipynb") && !name.startsWith(".")).sort();
  assert(names.length >= 10, `${names.length} notebooks`);
  const notebooks = await Promise.all(
    names.map((name) => readNotebook(fileURLToPath(new URL(name, FOLDER)))),
  );
  const faults = await checkNotebooks(notebooks);
  assertEquals(
    Object.fromEntries(names.map((name, k) => [name, faults[k]])),
    Object.fromEntries(names.map((name) => [name, []])),
  );
});

kernelTest(
  "a study's notebook shows figures and tables of its results, and says what is missing",
  async (packages) => {
    const results = await Deno.makeTempDir({ prefix: "qatlab-" });
    try {
      const env = { QATLAB_RESULTS: results };
      const empty = await readNotebook(pathOf("08-learning-rates"));
      assertEquals(await runNotebook(empty, { packages, env }), []);
      assertEquals(gapsOf(empty), [
        "No results of learning-rates yet: deno task sweep learning-rates makes them",
      ]);
      await writeMadeUpResults(results, studyNamed("learning-rates"));
      const full = await readNotebook(pathOf("08-learning-rates"));
      assertEquals(await runNotebook(full, { packages, env }), []);
      assertEquals(gapsOf(full), []);
    } finally {
      await Deno.remove(results, { recursive: true });
    }
  },
);
