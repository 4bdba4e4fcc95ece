import { MODEL_SHAPES } from "../memory/model_shapes.ts";
import { setupFor, type StepSetup } from "../memory/step_setup.ts";
import type { RunSpec } from "./run_spec.ts";

/** The training step of a run, for estimates and plans; `undefined` without training or a known shape. */
export function stepOfRun({ model, method, settings, training }: RunSpec): StepSetup | undefined {
  const config = MODEL_SHAPES.get(model);
  if (!training || !config) return undefined;
  const { recompute: linear, ...rest } = settings;
  const { batch, seq, accumulation, recompute } = training;
  const step = setupFor(config, {
    ...rest,
    model,
    method,
    batch,
    seq,
    accumulation,
    recompute: recompute === "block" ? "block" : linear ? "linear" : "none",
  });
  // A block that is made again makes its linear layers' codes again only where it is told to.
  return { ...step, settings: { ...step.settings, recompute: linear ?? false } };
}
