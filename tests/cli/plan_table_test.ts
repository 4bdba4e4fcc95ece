import { assertEquals, assertStringIncludes } from "@std/assert";
import { type memory, planStudy, readResults, type RunRow } from "../../mod.ts";
import { studyNamed } from "../../experiments/mod.ts";
import { planTable } from "../../lib/cli/plan_table.ts";
import { RUN } from "../figures/sample_rows.ts";

const RUNS = planStudy(studyNamed("w3-channel"), { profile: "quick", seeds: [1] });
const NOTHING = { here: new Map<string, RunRow>(), elsewhere: new Map<string, RunRow>() };

Deno.test("planTable() shows parameters and estimated memory, and a question mark for unknown times", async () => {
  const lines = (await planTable(RUNS, { past: NOTHING })).split("\n");
  assertEquals(lines.length, RUNS.length + 2);
  const lsq = lines.find((line) => line.includes("lsq")) ?? "";
  for (const part of ["2 x 256", "weight 0.0001, scale 0.0003", "?", "MiB"]) {
    assertStringIncludes(lsq, part);
  }
  assertEquals(lines.at(-1), `${RUNS.length} runs`);
});

Deno.test("planTable() expects the time of past runs, by their steps", async () => {
  const { runs } = await readResults(new URL("../../results/quick", import.meta.url).pathname);
  const past = runs.map((row): RunRow => ({
    ...row,
    train_seconds: row.steps / 10,
    compile_seconds: 5,
    prepare_seconds: 2,
    evaluate_seconds: 3,
  }));
  const elsewhere = new Map(past.map((row) => [row.run_id, row]));
  const lines = (await planTable(RUNS, { past: { here: new Map(), elsewhere } })).split("\n");
  const lsq = lines.find((line) => line.includes("lsq")) ?? "";
  assertStringIncludes(lsq, " 310 ");
  assertStringIncludes(lines.at(-1) ?? "", "of which nothing is known yet");
});

Deno.test("planTable() tells what is done, and counts the time of what a sweep would do", async () => {
  const runs = planStudy(studyNamed("quick"), { profile: "quick", seeds: [1] }).slice(0, 4);
  const result = (i: number, status: RunRow["status"]): readonly [string, RunRow] => {
    const run_id = runs[i]?.id ?? "";
    const times = {
      train_seconds: null,
      compile_seconds: 60,
      evaluate_seconds: 0,
      prepare_seconds: 0,
    };
    return [run_id, {
      ...RUN,
      ...times,
      run_id,
      status,
      steps: 0,
      method: "rtn",
      model: "brown-4m",
    }];
  };
  const past = {
    here: new Map([result(0, "done"), result(1, "failed")]),
    elsewhere: new Map([result(2, "done")]),
  };
  const cells = async (options: object) => {
    const lines = (await planTable(runs, { past, ...options })).split("\n");
    return [...lines.slice(1, 5).map((line) => line.split(/ {2,}/).slice(5, 7)), ...lines.slice(5)];
  };
  assertEquals(await cells({}), [
    ["done", "-"],
    ["failed", "-"],
    ["elsewhere", "60"],
    ["-", "60"],
    "4 runs, 2 to run: 2.0 min",
    "elsewhere: came with the study's files; --adopt counts it as done",
  ]);
  const adopted = await cells({ adopt: true, retry: ["failed"] });
  assertEquals(adopted.slice(1), [
    ["failed", "60"],
    ["done", "-"],
    ["-", "60"],
    "4 runs, 2 to run: 2.0 min",
  ]);
});

Deno.test("planTable() plans each step once, whatever its rates and seeds", async () => {
  const seeds = planStudy(studyNamed("w3-channel"), { profile: "quick", seeds: [1, 2] });
  const planned: string[] = [];
  const plan = ({ method, settings }: memory.StepSetup) => {
    planned.push(`${method.name}, scales as ${settings.scaleFormat}`);
    return 7 * 2 ** 20;
  };
  const lines = (await planTable(seeds, { past: NOTHING, plan })).split("\n");
  assertEquals(planned.length, new Set(planned).size);
  assertStringIncludes(lines[0] ?? "", "memory (planned)");
  assertEquals(lines.filter((line) => line.endsWith("7 MiB")).length, 2 * planned.length);
});
