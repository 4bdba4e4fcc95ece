import { type Granularity, parseGranularity } from "../../../lib/quant/granularity.ts";
import { signedGrid, unsignedGrid } from "../../../lib/quant/grid.ts";
import {
  asymmRange,
  l4qScale,
  lsqPlusScale,
  lsqScale,
  symmScale,
} from "../../../lib/quant/ranges/initial_scales.ts";
import {
  LP_EXPONENTS,
  type LpOptions,
  lpRange,
  lpScale,
} from "../../../lib/quant/ranges/lp_search.ts";
import { minMaxRange, minMaxScale } from "../../../lib/quant/ranges/min_max.ts";
import { numberOf, textOf } from "../attributes.ts";
import {
  type CaseRun,
  forward,
  type Implementation,
  tensorOf,
  type Tensors,
} from "../implementation.ts";
import type { Attributes } from "../manifest.ts";

/** `03-minmax`. */
export const minMaxCase = forward((inputs, attributes) => {
  const affine = minMaxRange(tensorOf(inputs, "w"), unsigned(attributes));
  return {
    s_symmetric: minMaxScale(tensorOf(inputs, "w"), signed(attributes)),
    s_asymmetric: affine.scale,
    z_asymmetric: affine.zero,
  };
});

/** `03-init`. */
export const initialScalesCase = forward((inputs, attributes) => {
  const w = tensorOf(inputs, "w");
  const options = signed(attributes);
  const asymm = asymmRange(w, options);
  return {
    l4q_s: l4qScale(w, options),
    lsqplus_s: lsqPlusScale(w, options),
    lsqplus_s_population: lsqPlusScale(w, { ...options, population: true }),
    symm_s: symmScale(w, options),
    asymm_s: asymm.scale,
    asymm_b: asymm.offset,
    lsq_s: lsqScale(w, options),
  };
});

/** `03-lp2-symmetric` and its kin, one family for every exponent. */
export const LP_SEARCHES: readonly [string, Implementation][] = LP_EXPONENTS.flatMap((p) => {
  const family = `03-lp${p}`.replace(".", "_");
  return [[`${family}-symmetric`, symmetricSearch], [`${family}-asymmetric`, asymmetricSearch]];
});

// Not inside `run.compile`: where there is a compiler a search compiles its own candidate, once for all
// of them, and the portable backends show it op by op.
function asymmetricSearch({ inputs, attributes }: CaseRun): Tensors {
  const options = { ...unsigned(attributes), ...searchOf(attributes) };
  const { scale, zero, k, loss } = lpRange(tensorOf(inputs, "w"), options);
  return { "out.s": scale, "out.z": zero, "out.k": k, "out.loss": loss };
}

function symmetricSearch({ inputs, attributes }: CaseRun): Tensors {
  const options = { ...signed(attributes), ...searchOf(attributes) };
  const { scale, k, loss } = lpScale(tensorOf(inputs, "w"), options);
  return { "out.s": scale, "out.k": k, "out.loss": loss };
}

function searchOf(attributes: Attributes): Pick<LpOptions, "p" | "candidates"> {
  return { p: numberOf(attributes, "p"), candidates: numberOf(attributes, "candidates") };
}

function signed(attributes: Attributes) {
  return { ...signedGrid(numberOf(attributes, "bits")), granularity: granularityOf(attributes) };
}

function unsigned(attributes: Attributes) {
  return { ...unsignedGrid(numberOf(attributes, "bits")), granularity: granularityOf(attributes) };
}

function granularityOf(attributes: Attributes): Granularity {
  const kind = textOf(attributes, "granularity");
  return parseGranularity(kind === "group" ? `g${numberOf(attributes, "group")}` : kind);
}
