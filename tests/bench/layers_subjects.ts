import type { MethodOptions } from "../../lib/methods/settings.ts";

/** A method with its settings, as one of the layers that are measured. */
export interface LayerSubject {
  readonly method: string;
  readonly options: MethodOptions;
}

const LR_QAT = { bits: 4, granularity: "channel", rank: 32, adapterDeviation: 0.1 };
const LSQ = { bits: 4, granularity: "channel" };
const L4Q = { bits: 4, granularity: "g128", rank: 4, adapterDeviation: 0.01 };

/** What is measured, by its name. */
export const SUBJECTS: Readonly<Record<string, LayerSubject>> = {
  "float": { method: "float", options: {} },
  "lr-qat stored": { method: "lr-qat", options: { ...LR_QAT, phi: "fixed" } },
  "lr-qat recomputed": { method: "lr-qat", options: { ...LR_QAT, phi: "fixed", recompute: true } },
  "lsq stored": { method: "lsq", options: LSQ },
  "lsq recomputed": { method: "lsq", options: { ...LSQ, recompute: true } },
  // L4Q keeps nothing but its inputs and parameters in any case.
  "l4q recomputed": { method: "l4q", options: L4Q },
};
