import {
  dtypeOf,
  hollow,
  type PlannedTemporary,
  type PlanOptions,
  withPlanner,
} from "../engine/mod.ts";
import type { tf } from "../engine/tf.ts";
import type { PreparedModel } from "../methods/prepared_model.ts";
import { parameterShapes } from "../model/parameter_shapes.ts";
import type { TrainStep } from "../train/step.ts";
import type { MemoryClass } from "./memory_classes.ts";
import { type PlanFacts, plannedClasses } from "./planned_classes.ts";
import type { PlannedMemory } from "./profile.ts";
import { setupStep } from "./setup_step.ts";
import type { StepSetup } from "./step_setup.ts";

/** What {@linkcode planStep} found. */
export interface StepPlan extends PlannedMemory {
  /** The temporaries of the fullest moment, the largest first. */
  readonly peak: readonly PlannedTemporary[];
  /** Seconds that writing the step down and compiling it took. */
  readonly seconds: number;
  /** What bfloat16 was planned as: XLA for CPUs widens it, so float16 stands for it there. */
  readonly sixteenBit: "bfloat16" | "float16";
}

/**
 * Compiles the training step of a setup, with neither weights nor accelerator, and reads off what it
 * takes: the real step of `lib/train` over the real layers of the method, all tensors hollow.
 *
 * @throws {PluginUnavailableError} If there is no PJRT plugin that could compile it.
 * @throws {PjrtError} If it does not compile.
 */
export async function planStep(setup: StepSetup, options: PlanOptions = {}): Promise<StepPlan> {
  return await withPlanner(async () => {
    using planned = await setupStep(setup, hollowModel(setup));
    const { prepared, step } = planned;
    const { batch, accumulation } = setup;
    const plan = await step.plan(batch, { ...options, accumulation });
    const { totalBytes, argumentBytes, outputBytes, temporaryBytes, sixteenBit } = plan;
    return {
      totalBytes,
      argumentBytes,
      outputBytes,
      temporaryBytes,
      byClass: plannedClasses(plan, factsOf(prepared, { step, sixteenBit })),
      peak: plan.peak ?? [],
      seconds: plan.traceSeconds + plan.compileSeconds,
      sixteenBit,
    };
  }, options);
}

// Models are loaded in float32; what is held in another type, the methods say.
function hollowModel({ model, config }: StepSetup) {
  const parameters = new Map(
    [...parameterShapes(config)].map(([name, shape]): [string, tf.Tensor] => [name, hollow(shape)]),
  );
  return { source: model, config, parameters };
}

function factsOf(
  { states, trainables, config }: PreparedModel,
  { step, sixteenBit }: { readonly step: TrainStep } & Pick<StepPlan, "sixteenBit">,
): PlanFacts {
  const held = [...states.values()].flatMap(({ tensors }) => [...tensors.values()]);
  const variables = new Map<string, MemoryClass>([
    ...held.map(({ role, variable: { name } }) =>
      [name, role === "frozen" ? "frozenWeights" : "trainable"] as const
    ),
    ...step.state.filter(({ name }) => !name.startsWith("parameter/"))
      .map(({ variable: { name } }) => [name, "optimizer"] as const),
    ...step.sums.map(({ name }) => [name, "gradients"] as const),
  ]);
  return {
    variables,
    trained: trainables.map(({ variable }) => ({
      shape: variable.shape,
      type: dtypeOf(variable) === "float32" ? "f32" : sixteenBit === "float16" ? "f16" : "bf16",
    })),
    weights: [...states.values()].map(({ shape }) => shape),
    vocab: config.vocabSize,
  };
}
