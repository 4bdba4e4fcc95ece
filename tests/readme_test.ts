import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { studyNamed } from "../experiments/mod.ts";
import { runScript } from "./cli/run_script.ts";

const README = fileURLToPath(new URL("../README.md", import.meta.url));
const RESULTS = fileURLToPath(new URL("../results/", import.meta.url));

/** The studies whose result tables stand in the README. */
function marked(text: string): string[] {
  return [...text.matchAll(/^<!-- begin results (\S+) -->$/gm)].map(([, name]) => name ?? "");
}

async function hasResults(study: string): Promise<boolean> {
  try {
    return (await Deno.stat(`${RESULTS}${study}/runs.arrow`)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("the README's tables are those of the results, and say so where there are none", async () => {
  const text = await Deno.readTextFile(README);
  const studies = marked(text);
  assert(studies.length > 0, "the README has no table of results");
  for (const name of studies) {
    // Unknown names would make a table that nothing fills in.
    assertEquals(studyNamed(name).name, name);
    if (await hasResults(name)) {
      const { code, stderr } = await runScript(
        "report.ts",
        name,
        ...["--results", RESULTS, "--readme", README, "--check"],
      );
      assertEquals([code, stderr], [0, ""]);
    } else {
      const [, body] = text.split(`<!-- begin results ${name} -->`);
      const [table = ""] = body?.split(`<!-- end results ${name} -->`) ?? [];
      assertStringIncludes(table, "No results yet");
    }
  }
});
