const OTHERS = "00-quickstart";

const BY_STUDY: ReadonlyMap<string, string> = new Map([
  ["lr-qat/table-2", "01-lr-qat-phi"],
  ["lr-qat/phi-bits", "01-lr-qat-phi"],
  ["lr-qat/table-3", "02-lr-qat-ablation"],
  ["lr-qat/frozen-scale", "02-lr-qat-ablation"],
  ["lr-qat/ranks", "02-lr-qat-ablation"],
  ["lr-qat/table-4", "03-lr-qat-bit-widths"],
  ["lr-qat/table-5", "03-lr-qat-bit-widths"],
  ["l4q/two-bits", "05-l4q-rank-and-groups"],
  ["l4q/table-4", "04-l4q-start"],
  ["l4q/tables-5-6", "05-l4q-rank-and-groups"],
  ["l4q/tables-7-8", "05-l4q-rank-and-groups"],
  ["l4q/fig-5", "06-curves-and-time"],
  ["l4q/table-11", "06-curves-and-time"],
  ["lr-qat/table-a8", "06-curves-and-time"],
  ["w3-channel", "07-w3-comparison"],
  ["learning-rates", "08-learning-rates"],
  ["recomputation", "09-memory"],
  ["real-model", "10-real-model"],
  ["real-model-rates", "10-real-model"],
  ["lr-qat/long-ablations", "11-lr-qat-long-ablations"],
]);

/** The notebook that shows a study, as a path from the project's root. */
export function notebookOf(study: string): string {
  return `notebooks/${BY_STUDY.get(study) ?? OTHERS}.ipynb`;
}
