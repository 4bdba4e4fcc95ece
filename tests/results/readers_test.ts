import { assertEquals } from "@std/assert";
import { CURVES, LAYERS, RUNS } from "../../lib/results/row_format.ts";
import { openStore } from "../../lib/results/store.ts";
import { tempFolder } from "../io/helpers.ts";
import { sampleManifest, sampleResult } from "./samples.ts";

const python = Deno.env.get("QATLAB_PYTHON") ?? "python3";

async function runPython(args: readonly string[]): Promise<Deno.CommandOutput | undefined> {
  try {
    return await new Deno.Command(python, { args: [...args] }).output();
  } catch {
    return undefined;
  }
}

const noReaders = !(await runPython(["-c", "import pyarrow, polars"]))?.success;

Deno.test({
  name: "PyArrow and polars read types, nulls, values and manifests of all results files",
  ignore: noReaders,
  async fn() {
    await using folder = await tempFolder();
    using store = await openStore(folder.path);
    const results = [sampleResult(0), sampleResult(1), sampleResult(2)];
    for (const result of results) await store.add(result);
    await store.combine({ order: results.map(({ run }) => run.run_id) });
    const script = new URL("./read_results.py", import.meta.url).pathname;
    const output = await runPython([script, folder.path]);
    const text = new TextDecoder();
    assertEquals(output?.code, 0, text.decode(output?.stderr));
    const seen = JSON.parse(text.decode(output?.stdout));
    const expected = [
      { format: RUNS, rows: results.map(({ run }) => run) },
      { format: CURVES, rows: results.flatMap(({ curve }) => curve) },
      { format: LAYERS, rows: results.flatMap(({ layers }) => layers) },
    ];
    for (const { format, rows } of expected) {
      const { pyarrow, polars } = seen[`${format.name}.arrow`];
      const columns = format.columns.map(({ name, kind, nullable }) => [name, kind, nullable]);
      assertEquals(pyarrow.columns, columns);
      assertEquals(polars.columns, columns.map(([name, kind]) => [name, kind]));
      assertEquals(pyarrow.rows, rows);
      assertEquals(polars.rows, rows);
      assertEquals(pyarrow.metadata["qatlab.schema"], `${format.name}/${format.version}`);
      const manifests = JSON.parse(pyarrow.metadata["qatlab.manifests"]);
      assertEquals(manifests[results[1]!.run.run_id], { schema: 1, ...sampleManifest(1) });
    }
  },
});
