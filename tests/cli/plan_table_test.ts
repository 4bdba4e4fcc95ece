import { assertEquals, assertStringIncludes } from "@std/assert";
import { type memory, planStudy, readResults, type RunRow } from "../../mod.ts";
import { studyNamed } from "../../experiments/mod.ts";
import { planTable } from "../../lib/cli/plan_table.ts";

const RUNS = planStudy(studyNamed("w3-channel"), { profile: "quick", seeds: [1] });

Deno.test("planTable() shows parameters and estimated memory, and a question mark for unknown times", async () => {
  const lines = (await planTable(RUNS, { past: [] })).split("\n");
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
  const lines = (await planTable(RUNS, { past })).split("\n");
  const lsq = lines.find((line) => line.includes("lsq")) ?? "";
  assertStringIncludes(lsq, " 310 ");
  assertStringIncludes(lines.at(-1) ?? "", "of which nothing is known yet");
});

Deno.test("planTable() plans each step once, whatever its rates and seeds", async () => {
  const seeds = planStudy(studyNamed("w3-channel"), { profile: "quick", seeds: [1, 2] });
  const planned: string[] = [];
  const plan = ({ method, settings }: memory.StepSetup) => {
    planned.push(`${method.name}, scales as ${settings.scaleFormat}`);
    return 7 * 2 ** 20;
  };
  const lines = (await planTable(seeds, { past: [], plan })).split("\n");
  assertEquals(planned.length, new Set(planned).size);
  assertStringIncludes(lines[0] ?? "", "memory (planned)");
  assertEquals(lines.filter((line) => line.endsWith("7 MiB")).length, 2 * planned.length);
});
