import { merge, product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { RunDraft, Study } from "../../lib/study/study.ts";
import { models } from "../models.ts";
import { perChannel } from "../widths.ts";
import { cell } from "../cell.ts";
import { lrQat, seeds } from "./recipe.ts";

const STARTS: readonly RunDraft[] = [
  { settings: { adapterStart: "kaiming" } },
  { settings: { adapterStart: "svd" }, ...cell({ init: "loftq" }) },
];

/** The operators of the paper; the fixed point and the integers are named by the width. */
function phis(width: 4 | 3): readonly RunDraft[] {
  return [
    { settings: { phi: "fp32" }, ...cell({ downcast: "fp32" }) },
    { settings: { phi: "fp16" }, ...cell({ downcast: "fp16" }) },
    { settings: { phi: "bf16" }, ...cell({ downcast: "bf16" }) },
    { settings: { phi: "fixed" }, ...cell({ downcast: width === 4 ? "q4.4" : "q3.5" }) },
    { settings: { phi: "int" }, ...cell({ downcast: "int-b" }) },
  ];
}

// Only of the integers does the paper tell the two starts apart.
const named = (draft: RunDraft): RunDraft =>
  draft.settings?.phi === "int" && draft.settings.adapterStart === "kaiming"
    ? merge<RunDraft>(draft, cell({ init: "default" }))
    : draft;

/** LR-QAT, Table 2: what the frozen weights are kept as, with and without the SVD start. */
export const TABLE_2: Study = {
  name: "lr-qat/table-2",
  about: "LR-QAT, Table 2: downcasts FP32, FP16, BF16, Qb.(8-b), INT-b, with and without SVD start",
  source: { paper: "lr-qat", tables: ["2"] },
  runs(profile) {
    const widths = [4, 3] as const;
    const list = widths.flatMap((width) => product([perChannel(width)], phis(width), STARTS));
    const runs = product([lrQat(profile)], models(profile), list.map(named));
    return withSeeds(runs, seeds(profile, "five"));
  },
};
