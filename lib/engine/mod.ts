/**
 * The engine: TF.js with autodiff on TensorFlow's own library, and whole training steps as one
 * compiled executable.
 *
 * @module
 */
export { checkpoint } from "./checkpoint.ts";
export { compile, type Compiled, type CompiledSummary, type CompileOptions } from "./compile.ts";
export type { DType } from "./dtype.ts";
export { bitwiseAnd, bitwiseOr, bitwiseXor, leftShift, rightShift } from "./ops/bitwise.ts";
export { optimizationBarrier } from "./ops/barrier.ts";
export { LibraryUnavailableError } from "./library/mod.ts";
export { NotEnoughMemoryError } from "./not_enough_memory_error.ts";
export { cast, dtypeOf } from "./ops/cast.ts";
export type { MemoryPlan, PlannedInput, PlannedTemporary } from "./pjrt/memory_plan.ts";
export { plan, type PlanArgument, type PlanOptions, type TensorSpec } from "./pjrt/plan.ts";
export { hollow, isHollow, isPlanning, type PlannerOptions, withPlanner } from "./pjrt/planner.ts";
export {
  listPlugins,
  type PjrtPlugin,
  type PjrtPluginKind,
  type PluginReport,
  PluginUnavailableError,
} from "./pjrt/plugin/mod.ts";
export { type DTypeSupport, probeDTypes } from "./probe.ts";
export type { Reasoned } from "./reasoned.ts";
export {
  type BackendName,
  BACKENDS,
  currentDevices,
  type EngineStatus,
  start,
  type StartOptions,
} from "./start.ts";
