import type { Figure } from "../figures/figure.ts";
import {
  differenceSection,
  lostSection,
  ofPlan,
  paperSection,
  type ReportData,
  resultTable,
  type RunGroup,
  runGroups,
  type Section,
  type TableBlock,
} from "../report/mod.ts";
import type { CurveRow, LayerRow, RunRow } from "../results/mod.ts";
import type { Missing } from "./missing.ts";
import type { TableRow } from "./table_mime.ts";

/** What there is of a study: each part as `show` takes it or, without results, what makes them. */
export class StudyView {
  readonly #data: ReportData;
  readonly #groups: readonly RunGroup[];

  /** Takes the study's plan and results together. */
  constructor(data: ReportData) {
    this.#data = data;
    this.#groups = runGroups(data);
  }

  /** The runs that have a result, also those that were lost. */
  get rows(): readonly RunRow[] {
    return this.#data.rows;
  }

  /**
   * A row without numbers for each run of the plan that has no result, for figures that take such; its
   * status says nothing.
   */
  get pending(): readonly RunRow[] {
    return this.#data.pending;
  }

  /** The steps of these runs. */
  get curves(): readonly CurveRow[] {
    return this.#data.curves;
  }

  /** The layers of these runs. */
  get layers(): readonly LayerRow[] {
    return this.#data.layers;
  }

  /** How many of the runs are done, and the command that does the others. */
  state(): Section | Missing {
    const { study, planned, rows } = this.#data;
    if (rows.length === 0) return this.#missing();
    const missing = this.#groups.reduce((sum, group) => sum + group.missing, 0);
    const ids = new Set(planned.map(({ id }) => id));
    const lost = rows.filter(({ run_id, status }) => ids.has(run_id) && status !== "done").length;
    const done = planned.length - missing;
    const text = `${study.name}: ${done} of ${planned.length} runs done` +
      (lost > 0 ? `, ${lost} of them without a result` : "");
    const title = "Runs";
    if (missing === 0) return { title, blocks: [{ kind: "text", text: `${text}.` }] };
    return {
      title,
      blocks: [
        { kind: "warning", text: `${text}. This does the others:` },
        { kind: "code", text: study.command },
      ],
    };
  }

  /** A row for each kind of run, means over its seeds. */
  results(): TableBlock | Missing {
    return this.rows.length > 0 ? resultTable(this.#groups, this.rows) : this.#missing();
  }

  /** The published numbers, ours beside them, and the orders of both. */
  paper(): Section {
    return paperSection(this.#data.study, this.#groups);
  }

  /** In what the study differs from the published one. */
  differences(): Section {
    return differenceSection(this.#groups);
  }

  /** Runs that failed, diverged or were never done. */
  lost(): Section {
    return lostSection(this.#data, this.#groups);
  }

  /**
   * A figure of the results, if they are enough for it: as in the report, of the settings that the study's
   * plan has. All runs are in {@linkcode StudyView.rows}.
   */
  figure(draw: (view: StudyView) => Figure): Figure | Missing {
    if (this.rows.length === 0) return this.#missing();
    const figure = draw(new StudyView(ofPlan(this.#data)));
    if (figure.data.length > 0) return figure;
    return { missing: `${this.#data.study.name}: no run has what this figure shows` };
  }

  /** A table of the results, if there are any. */
  table(make: (view: StudyView) => readonly TableRow[]): readonly TableRow[] | Missing {
    return this.rows.length > 0 ? make(this) : this.#missing();
  }

  /** Some columns of all runs, if there are any. */
  pick(columns: readonly (keyof RunRow)[]): readonly TableRow[] | Missing {
    return this.table(({ rows }) =>
      rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])))
    );
  }

  #missing(): Missing {
    const { name, command } = this.#data.study;
    return { missing: `No results of ${name} yet: ${command} makes them` };
  }
}
