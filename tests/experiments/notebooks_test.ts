import { assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { notebookOf, STUDIES } from "../../experiments/mod.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

for (const { name } of STUDIES) {
  Deno.test(`the notebook of ${name} is there and names it`, async () => {
    const text = await Deno.readTextFile(`${ROOT}${notebookOf(name)}`);
    assertStringIncludes(text, name);
  });
}
