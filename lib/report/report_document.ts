import type { Block, ReportDocument } from "./document.ts";
import { lostSection } from "./lost_section.ts";
import { originSection } from "./origin_section.ts";
import { differenceSection, paperSection } from "./paper_section.ts";
import { protocolTable } from "./protocol_table.ts";
import type { ReportData } from "./report_data.ts";
import { reportFigures } from "./report_figures.ts";
import { resultTable } from "./result_table.ts";
import { type RunGroup, runGroups } from "./run_groups.ts";

/**
 * Makes the report of a study: results, the published numbers beside ours, protocol, figures, what was
 * lost, and where everything comes from. It computes means and differences, nothing else.
 *
 * @throws {RangeError} If a row has no manifest.
 */
export function reportDocument(data: ReportData): ReportDocument {
  const groups = runGroups(data);
  const figures = reportFigures(data);
  return {
    title: data.study.name,
    about: data.study.about,
    sections: [
      { title: "Results", blocks: [countBlock(data, groups), resultTable(groups, data.rows)] },
      paperSection(data.study, groups),
      ...(data.study.source === undefined && !hasNotes(groups) ? [] : [differenceSection(groups)]),
      ...(figures.length > 0 ? [{ title: "Figures", blocks: figures }] : []),
      { title: "Protocol", blocks: [protocolTable(groups)] },
      lostSection(data, groups),
      originSection(data),
    ],
  };
}

function countBlock({ planned, rows }: ReportData, groups: readonly RunGroup[]): Block {
  const ids = new Set(planned.map(({ id }) => id));
  const own = rows.filter(({ run_id }) => ids.has(run_id));
  const done = own.filter(({ status }) => status === "done").length;
  const missing = groups.reduce((sum, group) => sum + group.missing, 0);
  const beside = rows.length - own.length;
  const text = `${planned.length} runs planned: ${done} done, ${own.length - done} lost, ` +
    `${missing} missing${beside > 0 ? `; ${beside} more beside the plan` : ""}.`;
  return done < own.length || missing > 0
    ? { kind: "warning", text: `${text} The means below are of the done ones alone.` }
    : { kind: "text", text };
}

function hasNotes(groups: readonly RunGroup[]): boolean {
  return groups.some(({ places }) => places.some(({ notes }) => Object.keys(notes).length > 0));
}
