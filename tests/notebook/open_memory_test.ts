import { assert, assertEquals } from "@std/assert";
import { memoryStudyNamed } from "../../experiments/mod.ts";
import { memoryProfileBars } from "../../lib/figures/mod.ts";
import { openMemory } from "../../lib/notebook/mod.ts";

const STUDY = memoryStudyNamed("lr-qat/figure-1");

Deno.test("a study of memory without results says which command makes them", async () => {
  const results = await Deno.makeTempDir({ prefix: "qatlab-" });
  try {
    const view = await openMemory(STUDY, { results });
    const command = "deno task memory --study lr-qat/figure-1 --output results";
    const missing = { missing: `No results of lr-qat/figure-1 yet: ${command} makes them` };
    assertEquals(view.table(), missing);
    assertEquals(view.figure("planned", memoryProfileBars), missing);
  } finally {
    await Deno.remove(results, { recursive: true });
  }
});

Deno.test("the committed plans of LR-QAT's Figure 1 have a table and a bar for each step", async () => {
  const results = new URL("../../results", import.meta.url).pathname;
  const view = await openMemory(STUDY, { results });
  const planned = view.rows.filter(({ basis }) => basis === "planned");
  assertEquals(planned.map(({ label }) => label), STUDY.steps.map(({ label }) => label));
  assert("data" in view.figure("planned", (rows) => memoryProfileBars(rows)));
});
