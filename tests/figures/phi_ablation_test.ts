import { assertEquals } from "@std/assert";
import { phiAblation } from "../../lib/figures/phi_ablation.ts";
import type { RunRow } from "../../lib/results/run_row.ts";
import { sampleRuns } from "./sample_rows.ts";

const RUNS = ["fp32", "fixed", "int"].flatMap((phi) =>
  ["kaiming", "svd"].flatMap((adapter_start) =>
    sampleRuns({ methods: ["lr-qat"], bits: [3], seeds: 1 }).map((run): RunRow => ({
      ...run,
      run_id: `${phi}/${adapter_start}`,
      phi,
      adapter_start,
    }))
  )
);

function gaps({ layout }: ReturnType<typeof phiAblation>): (string | undefined)[] {
  return (layout.annotations ?? []).flatMap(({ hovertext }) => hovertext ? [hovertext] : []);
}

Deno.test("phiAblation() says where a run is to be done, and nothing where none is planned", () => {
  const isSvd = ({ phi, adapter_start }: RunRow) => adapter_start === "svd" && phi !== "int";
  const rows = RUNS.filter((run) => !isSvd(run));
  assertEquals(gaps(phiAblation(rows)), []);
  const pending = RUNS.filter((run) => isSvd(run) && run.phi === "fixed");
  assertEquals(gaps(phiAblation(rows, { pending })), ["3 bits, Q3.5: no run"]);
  const otherRank = pending.map((run) => ({ ...run, rank: 2 * run.rank }));
  assertEquals(gaps(phiAblation(rows, { pending: otherRank })), []);
});

Deno.test("phiAblation() has a place for a downcast of which no run is done", () => {
  const [rows, pending] = [
    RUNS.filter(({ phi }) => phi !== "int"),
    RUNS.filter(({ phi }) => phi === "int"),
  ];
  const told = gaps(phiAblation(rows, { pending }));
  assertEquals(told, ["3 bits, INT-3: no run", "3 bits, INT-3: no run"]);
});
