/**
 * Memory: what a training step needs, by formulas, as the papers' stack would, planned and measured.
 *
 * @module
 */
export { type Card, cardNamed, CARDS, CONTEXT_BYTES, fitsCard } from "./cards.ts";
export { estimateMemory } from "./estimate.ts";
export { type BytesOf, largestBatch } from "./largest_batch.ts";
export {
  type ClassBytes,
  MEMORY_CLASSES,
  type MemoryAccount,
  type MemoryClass,
  type MemoryTerm,
} from "./memory_classes.ts";
export { type MeasuredMemory, measureStep } from "./measure.ts";
export { MODEL_SHAPES, modelShape, parameterCount } from "./model_shapes.ts";
export { paperStackMemory } from "./paper_stack.ts";
export { PAPER_STACKS, type PaperStack, paperStackNamed } from "./paper_stacks.ts";
export { type PeakResident, peakResident } from "./peak_resident.ts";
export { planStep, type StepPlan } from "./plan.ts";
export {
  type CardFit,
  describeSetup,
  type Measurer,
  type MemoryProfile,
  memoryProfile,
  type MemoryProfileOptions,
  oursBytes,
  type PlannedMemory,
  type Planner,
} from "./profile.ts";
export { profileRows, type ProfileRowsOptions } from "./profile_rows.ts";
export { type MemoryStep, profileSteps, type ProfileStepsOptions } from "./profile_steps.ts";
export {
  type MemoryOptions,
  type RecomputeChoice,
  RECOMPUTES,
  resolveSetup,
  setupFor,
  type StateType,
  type StepSetup,
} from "./step_setup.ts";
