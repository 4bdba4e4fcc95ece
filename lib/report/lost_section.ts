import { type Block, columns, type Section } from "./document.ts";
import { ofPlan } from "./of_plan.ts";
import type { ReportData } from "./report_data.ts";
import type { RunGroup } from "./run_groups.ts";

/** The runs that gave no number: lost ones with their errors, and those that were never done. */
export function lostSection(data: ReportData, groups: readonly RunGroup[]): Section {
  const lost = groups.flatMap((group) =>
    group.rows.filter(({ status }) => status !== "done").map((row) => ({ group, row }))
  );
  const blocks: Block[] = [
    lost.length === 0
      ? { kind: "text", text: "No run failed, diverged, ran out of memory or was stopped." }
      : {
        kind: "table",
        columns: [
          ...columns("left", "run", "what"),
          ...columns("right", "seed"),
          ...columns("left", "status", "error"),
        ],
        rows: lost.map(({ group, row }) => [
          row.run_id.slice(0, 12),
          whatText(group),
          String(row.seed),
          row.status,
          row.error ?? "",
        ]),
      },
  ];
  const missing = groups.filter((group) => group.missing > 0);
  if (missing.length > 0) {
    const count = missing.reduce((sum, group) => sum + group.missing, 0);
    blocks.push(
      {
        kind: "warning",
        text:
          `Missing: ${count} of the study's ${data.planned.length} runs were not done. They are ` +
          "no part of any mean; this does them:",
      },
      { kind: "code", text: data.study.command },
      {
        kind: "table",
        columns: [...columns("left", "missing"), ...columns("right", "runs")],
        rows: missing.map((group) => [whatText(group), String(group.missing)]),
      },
    );
  }
  const planned = new Set(data.planned.map(({ id }) => id));
  const beside = data.rows.filter(({ run_id }) => !planned.has(run_id)).length;
  const undrawn = data.rows.length - ofPlan(data).rows.length;
  if (beside > 0) {
    blocks.push({
      kind: "text",
      text:
        `${beside} of the runs are not in the study's list (other seeds or settings); they stand ` +
        "in the tables all the same." +
        (undrawn > 0 ? ` Figures leave out the ${undrawn} with other settings.` : ""),
    });
  }
  return { title: "Lost and missing runs", blocks };
}

function whatText({ label, bits, granularity, rank }: RunGroup): string {
  const parts = [label, bits < 16 && `W${bits}`, granularity, rank > 0 && `r${rank}`];
  return parts.filter((part) => part).join(" ");
}
