import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type CodeCell,
  type Output,
  readNotebook,
  runNotebook,
  writeNotebook,
} from "../../lib/notebook/mod.ts";
import { codeCell, notebookOf } from "./fixture.ts";
import { kernelTest } from "./kernel_test_case.ts";

const SHOW = new URL("../../lib/notebook/show.ts", import.meta.url).href;

const SMALL = [
  codeCell(`for (let k = 0; k < 200; k++) console.log("line " + k);\n"the value"`),
  codeCell(
    `const { show } = await import(${JSON.stringify(SHOW)});
await show([{ method: "a<b", perplexity: 12.3456 }]);`,
    "table",
  ),
  codeCell(
    `const figure = { data: [{ type: "bar", x: ["a"], y: [1] }], layout: { title: { text: "Bars" } } };
await show(figure);`,
    "figure",
  ),
  codeCell(
    `for (let k = 0; k < 20; k++) await Deno.jupyter.display({ "text/plain": "d" + k }, { raw: true });\nundefined;`,
  ),
  codeCell(`throw new RangeError("not\\nthis in " + Deno.cwd())`),
  codeCell(`"never reached"`),
];

function textOf(output: Output | undefined): unknown {
  if (output === undefined || output.output_type === "error") return undefined;
  return output.output_type === "stream" ? output.text : output.data["text/plain"];
}

kernelTest(
  "runNotebook() keeps every output and stops at the first error",
  async (packages) => {
    await using notebook = await notebookOf(SMALL);
    const folder = notebook.path.replace("/small.ipynb", "");
    const folders = new Map([[folder, "here"]]);
    const faults = await runNotebook(notebook, { packages, folders });
    assertEquals(faults, [{ cell: 5, message: `RangeError: not this in ${folder}` }]);
    const [printed, table, figure, displays, thrown, rest] = notebook.cells as CodeCell[];
    const lines = Array.from({ length: 200 }, (_, k) => `line ${k}\n`).join("");
    assertEquals(printed?.outputs.map(textOf), [lines, '"the value"']);
    assertEquals(table?.outputs.map(textOf), ["method  perplexity\na<b          12.35"]);
    assertStringIncludes(JSON.stringify(table?.outputs), "a&lt;b");
    assertEquals(figure?.outputs.map(textOf), ["[figure: Bars]"]);
    assertEquals(
      displays?.outputs.map(textOf),
      Array.from({ length: 20 }, (_, k) => `d${k}`),
    );
    const error = thrown?.outputs[0];
    assert(error?.output_type === "error");
    assertEquals(error.evalue, "not\nthis in here");
    assertEquals([rest?.executionCount, rest?.outputs], [null, []]);
    await writeNotebook(notebook);
    const again = await readNotebook(notebook.path);
    assertEquals(again.cells.map(({ source }) => source), SMALL.map(({ source }) => source));
  },
);

kernelTest("runNotebook() sees a syntax error, which the kernel tells nobody", async (packages) => {
  await using notebook = await notebookOf([codeCell("const = 3;")]);
  const faults = await runNotebook(notebook, { packages });
  assertEquals(faults.map(({ cell }) => cell), [1]);
  assertStringIncludes(faults[0]?.message ?? "", "syntax error");
});

kernelTest("runNotebook() ends when a cell ends the kernel", async (packages) => {
  await using notebook = await notebookOf([codeCell("1 + 1"), codeCell("Deno.exit(0)")]);
  const faults = await runNotebook(notebook, { packages });
  assertEquals(faults, [{ cell: 2, message: "the kernel ended" }]);
});

kernelTest("runNotebook() ends a cell that never ends, and its kernel", async (packages) => {
  await using notebook = await notebookOf([
    codeCell(`Deno.writeTextFileSync("pid", String(Deno.pid)); for (;;);`),
  ]);
  const faults = await runNotebook(notebook, { packages, timeout: 1 });
  assertEquals(faults, [{ cell: 1, message: "it did not end within 1 s" }]);
  const pid = await Deno.readTextFile(notebook.path.replace("small.ipynb", "pid"));
  const { code } = await new Deno.Command("kill", { args: ["-0", pid], stderr: "null" }).output();
  assertEquals(code === 0, false, `the kernel ${pid} still runs`);
});

kernelTest("runNotebook() misses a figure that a tag promises", async (packages) => {
  await using notebook = await notebookOf([codeCell(`"no figure"`, "figure")]);
  const faults = await runNotebook(notebook, { packages });
  assertEquals(faults.map(({ cell }) => cell), [1]);
  assertStringIncludes(faults[0]?.message ?? "", "its figure");
});
