import type { RunDraft } from "../lib/study/study.ts";
import type { PaperQuery } from "./papers/paper_value.ts";

/** A draft that says only which cells of its study's tables it stands for. */
export function cell(query: Partial<PaperQuery>, label?: string): RunDraft {
  return { place: { cell: query, ...(label !== undefined && { label }) } };
}

/** A draft that says only in what it differs from the paper. */
export function note(subject: string, text: string): RunDraft {
  return { place: { notes: { [subject]: text } } };
}
