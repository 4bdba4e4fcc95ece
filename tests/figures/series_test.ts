import { assertEquals } from "@std/assert";
import type { RunRow } from "../../lib/results/run_row.ts";
import { seriesOf } from "../../lib/figures/series.ts";
import { RUN, sampleRuns } from "./sample_rows.ts";

Deno.test("a method whose runs differ only in seed and place is one series", () => {
  const series = seriesOf(sampleRuns({ methods: ["lr-qat", "rtn"], bits: [3, 4] }), ["bits"]);
  assertEquals(series.map(({ label, rows }) => [label, rows.length]), [["RTN", 6], ["LR-QAT", 6]]);
});

Deno.test("runs that differ in a setting are never taken for seeds of one", () => {
  const rows = [4, 32].flatMap((rank) =>
    [0, 1].map((seed) => ({ ...RUN, run_id: `${rank}/${seed}`, rank, alpha: rank, seed }))
  );
  const series = seriesOf(rows, ["bits"]);
  assertEquals(series.map(({ label }) => label), ["LR-QAT, r = 4", "LR-QAT, r = 32"]);
});

Deno.test("runs that differ in activations, recomputation or type of products are series of their own", () => {
  const changes = [
    {},
    { activation_bits: 8 },
    { activation_bits: 8, key_value_bits: 4 },
    { recompute: "block" },
    { compute: "bfloat16" },
  ];
  const rows = changes.map((change, k) => ({ ...RUN, run_id: `${k}`, seed: k, ...change }));
  assertEquals(seriesOf(rows, ["bits"]).map(({ rows }) => rows.length), [1, 1, 1, 1, 1]);
  const label = seriesOf([RUN, rows[1]!], ["bits"]).map(({ label }) => label);
  assertEquals(label, ["LR-QAT, float activations", "LR-QAT, A8"]);
});

Deno.test("runs that were scored in other ways are series of their own", () => {
  const changes = [{}, { test_blocks: 12 }, { test_blocks: null }, { eval_stride: 64 }];
  const rows = changes.map((change, k) => ({ ...RUN, run_id: `${k}`, seed: k, ...change }));
  assertEquals(seriesOf(rows, ["bits"]).map(({ rows }) => rows.length), [1, 1, 1, 1]);
  const label = seriesOf(rows.slice(1, 3), ["bits"]).map(({ label }) => label);
  assertEquals(label, ["LR-QAT, all test blocks", "LR-QAT, 12 test blocks"]);
});

Deno.test("runs that differ in what no column shows are series of their own", () => {
  const variants = ["0123456789ab", "ba9876543210", "0123456789ab"];
  const rows = variants.map((variant, seed) => ({ ...RUN, run_id: `${seed}`, seed, variant }));
  assertEquals(seriesOf(rows, ["bits"]).map(({ label, rows }) => [label, rows.length]), [
    ["LR-QAT, configuration 0123456789ab", 2],
    ["LR-QAT, configuration ba9876543210", 1],
  ]);
});

Deno.test("a setting that follows the place is not named", () => {
  const rows = [3, 4].map((bits) => ({ ...RUN, run_id: `${bits}`, bits, lr_adapter: bits * 1e-3 }));
  assertEquals(seriesOf(rows, ["bits"]).map(({ label }) => label), ["LR-QAT"]);
});

Deno.test("a run that is there twice counts once", () => {
  assertEquals(seriesOf([RUN, { ...RUN, study: "other" }], ["bits"])[0]?.rows.length, 1);
});

Deno.test("methods with other groups of weights say so, and only those that quantize", () => {
  const run = (method: string, granularity: string, bits = 3): RunRow => ({
    ...RUN,
    run_id: `${method} ${granularity}`,
    method,
    granularity,
    bits,
  });
  const rows = [
    run("lora", "channel", 16),
    run("rtn", "channel"),
    run("rtn", "g64"),
    run("lr-qat", "channel"),
    run("l4q", "g64"),
  ];
  const labels = (list: RunRow[]) => seriesOf(list, ["bits"]).map(({ label }) => label);
  assertEquals(labels(rows), [
    "LoRA (float)",
    "RTN, per channel",
    "RTN, groups of 64",
    "LR-QAT, per channel",
    "L4Q, groups of 64",
  ]);
  assertEquals(labels(rows.filter(({ granularity }) => granularity === "channel")), [
    "LoRA (float)",
    "RTN",
    "LR-QAT",
  ]);
});
