import { assertAlmostEquals, assertEquals } from "@std/assert";
import { measured } from "../../lib/report/paper_measures.ts";
import { type PaperCell, runGroups } from "../../lib/report/mod.ts";
import { sampleData, samplePlace } from "./sample_data.ts";

const CELL: PaperCell = samplePlace("lr-qat", 1).cells[0]!;

Deno.test("hours are those of as many rows as the paper trained on", () => {
  const changes = { step_seconds: 9, batch: 4, accumulation: 2 };
  const groups = runGroups(sampleData([{ method: "lsq", changes }]));
  const cell = { ...CELL, metric: "training-time", unit: "h", note: "25K iterations" };
  // 9 s for 8 rows: 25,000 rows in 7.8125 h.
  assertEquals(measured(groups[0]!, { cell, groups }), { mean: 7.8125, std: null, count: 1 });
  const other = { ...cell, note: "one epoch" };
  assertEquals(measured(groups[0]!, { cell: other, groups }), null);
});

Deno.test("the time of a hundred steps is the shortest run's, whatever ran beside the others", () => {
  const run = (seed: number, step_seconds: number) => ({
    method: "lsq",
    seed,
    changes: { step_seconds },
  });
  const groups = runGroups(sampleData([run(1, 7.5), run(2, 3), run(3, 3.25)]));
  const cell = { ...CELL, metric: "step-time" };
  assertEquals(measured(groups[0]!, { cell, groups }), { mean: 300, std: null, count: 3 });
});

Deno.test("a downcast's difference is to float32 at equal settings, seed by seed", () => {
  const run = (phi: string, seed: number, perplexity: number, rank = 32) => ({
    method: "lr-qat",
    seed,
    settings: { phi, rank },
    changes: { perplexity },
  });
  const groups = runGroups(sampleData([
    run("fp32", 1, 10),
    run("fp32", 2, 20),
    run("fp32", 1, 99, 4),
    run("fixed", 1, 10.25),
    run("fixed", 2, 20.75),
    run("fixed", 3, 50),
  ]));
  const cell = { ...CELL, metric: "perplexity-delta" };
  const of = (phi: string, rank: number) => {
    const group = groups.find(({ leaves }) =>
      leaves.get("settings.phi") === phi && leaves.get("settings.rank") === `${rank}`
    );
    return measured(group!, { cell, groups });
  };
  const found = of("fixed", 32);
  assertEquals([found?.mean, found?.count], [0.5, 2]);
  assertAlmostEquals(found?.std ?? 0, Math.SQRT1_2 / 2, 1e-12);
  assertEquals(of("fp32", 4)?.mean, 0);
});

Deno.test("a number of another kind is not measured", () => {
  const groups = runGroups(sampleData([{ method: "lsq" }]));
  const cell = { ...CELL, metric: "accuracy" };
  assertEquals(measured(groups[0]!, { cell, groups }), undefined);
});
