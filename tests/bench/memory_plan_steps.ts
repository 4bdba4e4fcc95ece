/**
 * The training steps whose memory `bench memory` plans, estimates and measures.
 *
 * @module
 */
import type { MemoryOptions } from "../../lib/memory/step_setup.ts";

/** A step with its name in the table. */
export interface BenchStep {
  readonly name: string;
  readonly options: MemoryOptions;
}

const MODELS = [
  { model: "brown-4m", seq: 256, group: "g32" },
  { model: "smollm2-135m", seq: 512, group: "g64" },
] as const;

const METHODS = ["lr-qat", "l4q", "lsq", "peqa", "qlora-star", "lora"] as const;
/** Methods with a scale a group; the groups must divide the widths of both models. */
const GROUPED: readonly string[] = ["l4q", "qlora-star"];
const MEASURED: readonly string[] = ["lr-qat", "lsq", "peqa", "lora"];

/** Two models and six methods; two in 16 bits, two with whole blocks made again. */
export const PLANNED: readonly BenchStep[] = [
  ...MODELS.flatMap((sizes) => METHODS.map((method) => stepOf(sizes, method))),
  ...MODELS.map((sizes) => stepOf(sizes, "lr-qat", { recompute: "block" })),
  ...MODELS.map((sizes) =>
    stepOf(sizes, "lr-qat", { compute: "bfloat16", weightStorage: "bfloat16" })
  ),
];

/** Those of them that also run. */
export const RUN: ReadonlySet<BenchStep> = new Set(
  PLANNED.filter(({ options: { method, recompute, compute } }) =>
    MEASURED.includes(method) && recompute === undefined && compute === undefined
  ),
);

function stepOf(
  { model, seq, group }: typeof MODELS[number],
  method: string,
  rest: Pick<MemoryOptions, "recompute" | "compute" | "weightStorage"> = {},
): BenchStep {
  const groups = GROUPED.includes(method) ? { granularity: group } : {};
  const { recompute = "linear", compute = "float32" } = rest;
  return {
    name: `${model} ${method} ${compute} ${recompute}`,
    options: { model, method, seq, ...groups, ...rest },
  };
}
