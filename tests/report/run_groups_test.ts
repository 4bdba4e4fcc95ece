import { assertEquals, assertThrows } from "@std/assert";
import { runGroups } from "../../lib/report/run_groups.ts";
import { sampleData } from "./sample_data.ts";

Deno.test("runGroups() takes runs together that differ in nothing but their seed", () => {
  const groups = runGroups(sampleData([
    { method: "lr-qat", seed: 1 },
    { method: "lr-qat", seed: 2 },
    { method: "lr-qat", bits: 3, seed: 1 },
  ]));
  assertEquals(groups.map(({ bits, rows }) => [bits, rows.length]), [[4, 2], [3, 1]]);
});

Deno.test("runGroups() tells the groups of a method apart by the settings that differ", () => {
  const groups = runGroups(sampleData([
    { method: "lr-qat", settings: { phi: "fp16", keyValueBits: 8 } },
    { method: "lr-qat", settings: { phi: "int", keyValueBits: 8 } },
    { method: "lr-qat", settings: { phi: "int", keyValueBits: 4 } },
    { method: "rtn" },
  ]));
  assertEquals(groups.map(({ label }) => label), [
    "RTN",
    "LR-QAT, keyValueBits = 4, φ INT-b",
    "LR-QAT, keyValueBits = 8, φ FP16",
    "LR-QAT, keyValueBits = 8, φ INT-b",
  ]);
});

Deno.test("runGroups() names learning rates as figures do", () => {
  const rated = (learningRate: number) => ({
    method: "lr-qat",
    training: { optimizer: { groups: { adapter: { learningRate } } } },
  });
  assertEquals(runGroups(sampleData([rated(0.01), rated(0.03)])).map(({ label }) => label), [
    "LR-QAT, lr = 0.01",
    "LR-QAT, lr = 0.03",
  ]);
});

Deno.test("runGroups() says what differs beside the rank, and not the alpha that follows it", () => {
  const groups = runGroups(sampleData([
    { method: "lr-qat", settings: { rank: 32, alpha: 32, rangeExponent: 3 } },
    { method: "lr-qat", settings: { rank: 128, alpha: 128, rangeExponent: 4 } },
    { method: "l4q", settings: { rank: 4, alpha: 4 } },
    { method: "l4q", settings: { rank: 8, alpha: 8 } },
  ]));
  assertEquals(groups.map(({ label, rank }) => [label, rank]), [
    ["LR-QAT, range L3", 32],
    ["LR-QAT, range L4", 128],
    ["L4Q", 4],
    ["L4Q", 8],
  ]);
});

Deno.test("runGroups() orders groups by the numbers in their labels", () => {
  const rates = [0.001, 0.00001, 0.02, 0.0001, 2e-7];
  const groups = runGroups(sampleData(rates.map((learningRate) => ({
    method: "lr-qat",
    training: { optimizer: { groups: { adapter: { learningRate } } } },
  }))));
  assertEquals(
    groups.map(({ label }) => label),
    ["2e-7", "0.00001", "0.0001", "0.001", "0.02"].map((rate) => `LR-QAT, lr = ${rate}`),
  );
});

Deno.test("runGroups() tells the two recomputations apart", () => {
  const again = (linear: string, block: string) => ({
    method: "lsq",
    settings: { recompute: linear },
    training: { recompute: block },
  });
  const groups = runGroups(sampleData([
    again("false", "none"),
    again("true", "none"),
    again("false", "block"),
  ]));
  assertEquals(groups.map(({ label }) => label), [
    "LSQ",
    "LSQ, blocks again",
    "LSQ, linear layers again",
  ]);
});

Deno.test("runGroups() keeps groups of which no run was done, and rows beside the plan", () => {
  const groups = runGroups(sampleData([
    { method: "lsq", isDone: false },
    { method: "lr-qat", isPlanned: false },
  ]));
  assertEquals(groups.map(({ method, rows, missing }) => [method, rows.length, missing]), [
    ["lsq", 0, 1],
    ["lr-qat", 1, 0],
  ]);
});

Deno.test("runGroups() refuses a row without a manifest", () => {
  const data = sampleData([{ method: "lsq" }], { manifests: new Map() });
  assertThrows(() => runGroups(data), RangeError, "it has no manifest");
});
