/**
 * A traced graph as StableHLO text, which PJRT plugins compile.
 *
 * @module
 */
export type { TensorType } from "./text/element_type.ts";
export type { Alias } from "./text/module.ts";
export {
  type ProgramInput,
  stableHlo,
  type StableHloOptions,
  type StableHloProgram,
} from "./stable_hlo.ts";
