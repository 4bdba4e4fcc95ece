/**
 * How each op of a graph is written in StableHLO.
 *
 * @module
 */
import type { Lowering } from "../call.ts";
import { ACTIVATIONS } from "./activations.ts";
import { ARG_EXTREMUM } from "./arg_extremum.ts";
import { COMPLEX } from "./complex.ts";
import { DIVISION } from "./division.ts";
import { EINSUM } from "./einsum.ts";
import { ELEMENTWISE } from "./elementwise.ts";
import { LAYOUT } from "./layout.ts";
import { LOOKUPS } from "./lookups.ts";
import { PADDING } from "./padding.ts";
import { PASSING } from "./passing.ts";
import { PRODUCTS } from "./products.ts";
import { REDUCTIONS } from "./reductions.ts";
import { SCANS } from "./scans.ts";
import { SCATTERS } from "./scatters.ts";
import { SLICING } from "./slicing.ts";
import { SOURCES } from "./sources.ts";
import { TOP_K } from "./top_k.ts";

/** Lowerings by TensorFlow's name of the op. */
export const LOWERINGS: ReadonlyMap<string, Lowering> = new Map([
  ...ACTIVATIONS,
  ...ARG_EXTREMUM,
  ...COMPLEX,
  ...DIVISION,
  ...EINSUM,
  ...ELEMENTWISE,
  ...LAYOUT,
  ...LOOKUPS,
  ...PADDING,
  ...PASSING,
  ...PRODUCTS,
  ...REDUCTIONS,
  ...SCANS,
  ...SCATTERS,
  ...SLICING,
  ...SOURCES,
  ...TOP_K,
]);
