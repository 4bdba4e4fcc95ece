import { type PreparableModel, prepare } from "../methods/prepare.ts";
import type { PreparedModel } from "../methods/prepared_model.ts";
import { TrainStep } from "../train/step.ts";
import type { StepSetup } from "./step_setup.ts";

/** A step of a setup over some weights. */
export interface SetupStep extends Disposable {
  readonly prepared: PreparedModel;
  readonly step: TrainStep;
}

/**
 * The real step of `lib/train` over the real layers of the method, for weights that teach nothing: the
 * range search and an adapter's SVD change no shape, so they are left out.
 */
export async function setupStep(setup: StepSetup, model: PreparableModel): Promise<SetupStep> {
  const { method, settings, seq, moments, recompute } = setup;
  const prepared = await prepare(model, {
    ...settings,
    method: method.name,
    adapterStart: "kaiming",
    rangeCandidates: 1,
  });
  const groups = Object.fromEntries(
    prepared.trainables.map(({ role }) => [role, { learningRate: 1e-6 }]),
  );
  const step = new TrainStep(prepared, {
    seq,
    optimizer: { groups, moments },
    recompute: recompute === "block" ? "block" : "none",
  });
  return {
    prepared,
    step,
    [Symbol.dispose]() {
      step[Symbol.dispose]();
      prepared.dispose();
    },
  };
}
