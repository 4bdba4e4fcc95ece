import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { paperValues, studyNamed } from "../../experiments/mod.ts";
import { learningRates } from "../../lib/figures/mod.ts";
import { openStudy, show } from "../../lib/notebook/mod.ts";
import { StudyView } from "../../lib/notebook/study_view.ts";
import { sampleData } from "../report/sample_data.ts";
import { writeMadeUpResults } from "./made_up_results.ts";

const STUDY = studyNamed("l4q/table-11");

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "qatlab-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a notebook would get. */
async function shown(value: Parameters<typeof show>[0]): Promise<Record<string, unknown>[]> {
  const messages: Record<string, unknown>[] = [];
  await show(value, {
    broadcast: (_, content) => Promise.resolve(void messages.push(content)),
  });
  return messages;
}

Deno.test("a study without results says which command makes them, and draws nothing", async () => {
  await withFolder(async (results) => {
    const view = await openStudy(STUDY, { results, publishedValues: paperValues });
    const missing = "No results of l4q/table-11 yet: deno task sweep l4q/table-11 makes them";
    for (const part of [view.state(), view.results(), view.pick(["method"])]) {
      assertEquals(part, { missing });
    }
    assertEquals(view.figure(() => ({ data: [{ x: [1] }], layout: {} })), { missing });
    const [message] = await shown(view.state());
    assertEquals(message?.["data"], { "text/plain": missing });
    // What is published is there all the same.
    const [, table] = await shown(view.paper());
    assertStringIncludes(JSON.stringify(table), "17.1");
  });
});

Deno.test("a study with results shows its tables, and no figure that its runs are not enough for", async () => {
  await withFolder(async (results) => {
    await writeMadeUpResults(results, STUDY);
    const view = await openStudy(STUDY, { results, publishedValues: paperValues });
    assertEquals(view.rows.length, 3);
    const [state] = await shown(view.state());
    assertStringIncludes(JSON.stringify(state), "3 of 3 runs done.");
    const [table] = await shown(view.results());
    assertStringIncludes(JSON.stringify(table), "text/markdown");
    const picked = view.pick(["method", "bits"]);
    assert(Array.isArray(picked));
    assertEquals(picked[0], { method: "lsq", bits: 4 });
    const none = view.figure(() => learningRates([]));
    assertEquals(none, { missing: "l4q/table-11: no run has what this figure shows" });
  });
});

Deno.test("a study of which runs are missing says how many, and what does them", async () => {
  await withFolder(async (results) => {
    const [first] = STUDY.runs("quick");
    assert(first);
    await writeMadeUpResults(results, { ...STUDY, runs: () => [first] });
    const view = await openStudy(STUDY, { results });
    const messages = await shown(view.state());
    assertStringIncludes(JSON.stringify(messages), "1 of 3 runs done. This does the others:");
    assertStringIncludes(JSON.stringify(messages), "deno task sweep l4q/table-11");
  });
});

Deno.test("a figure draws the plan's settings, and a view has all runs", () => {
  const view = new StudyView(sampleData([
    { method: "rtn" },
    { method: "lsq", settings: { rangeExponent: 3 }, isPlanned: false },
  ]));
  const drawn: string[] = [];
  view.figure(({ rows }) => {
    drawn.push(...rows.map(({ method }) => method));
    return { data: [{ x: [1] }], layout: {} };
  });
  assertEquals([drawn, view.rows.map(({ method }) => method)], [["rtn"], ["rtn", "lsq"]]);
});
