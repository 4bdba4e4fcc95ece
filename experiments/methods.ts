import type { RunDraft } from "../lib/study/study.ts";
import { cell } from "./cell.ts";

/** The model as it is. */
export const FLOAT: RunDraft = {
  method: "float",
  settings: { trainWeight: false },
  ...cell({ method: "full-precision", bits: 16 }),
};

/** What the text alone brings: adapters on the float model. The honest ceiling of everything else. */
export const LORA: RunDraft = { method: "lora", ...cell({ method: "lora", bits: 16 }) };

/** Round to nearest, ranges searched. */
export const RTN: RunDraft = { method: "rtn", ...cell({ method: "rtn" }) };

/** Full-model training on the grid. */
export const LSQ: RunDraft = { method: "lsq", ...cell({ method: "lsq" }) };

/** Scales only. */
export const PEQA: RunDraft = { method: "peqa", ...cell({ method: "peqa" }) };

/** LR-QAT with the paper's rank. */
export const LR_QAT: RunDraft = {
  method: "lr-qat",
  settings: { rank: 32 },
  ...cell({ method: "lr-qat" }),
};

/** L4Q with the paper's rank. */
export const L4Q: RunDraft = { method: "l4q", settings: { rank: 4 }, ...cell({ method: "l4q" }) };

/** The adapter beside a learned quantizer. */
export const QAT_LORA: RunDraft = {
  method: "qat-lora",
  settings: { rank: 4 },
  ...cell({ method: "qat-lora" }),
};

/** A float adapter beside uniform codes. */
export const QLORA_STAR: RunDraft = {
  method: "qlora-star",
  settings: { rank: 4 },
  ...cell({ method: "qlora-star" }),
};
