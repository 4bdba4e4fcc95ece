import { assertEquals } from "@std/assert";
import { checkCells } from "../../lib/notebook/mod.ts";
import { codeCell, notebookOf } from "./fixture.ts";

Deno.test("checkCells() finds a wrong type over cells, names cell and line, and leaves no file", async () => {
  await using notebook = await notebookOf([
    codeCell("export const bits = 3;"),
    codeCell("\nexport const name: string = bits;"),
  ]);
  assertEquals(await checkCells(notebook), [{
    cell: 2,
    message: "line 2: Type 'number' is not assignable to type 'string'. (TS2322)",
  }]);
  const folder = notebook.path.replace("/small.ipynb", "");
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  assertEquals(names, ["small.ipynb"]);
});

Deno.test("checkCells() finds code that cannot be parsed", async () => {
  await using notebook = await notebookOf([codeCell("1;"), codeCell("const = 3;")]);
  const faults = await checkCells(notebook);
  assertEquals(faults.map(({ cell }) => cell), [2]);
});

Deno.test("checkCells() finds nothing in cells that fit together", async () => {
  await using notebook = await notebookOf([
    codeCell("const bits = await Promise.resolve(3);"),
    codeCell("bits + 1"),
  ]);
  assertEquals(await checkCells(notebook), []);
});
