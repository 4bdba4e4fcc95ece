/**
 * Everything that the project can compare with golden vectors, by family of cases.
 *
 * @module
 */
import { fixedPointCase } from "./implementations/01_fixed_point.ts";
import { round } from "./implementations/01_round.ts";
import {
  asymmetricCase,
  offsetCase,
  symmetricCase,
} from "./implementations/02_fake_quantization.ts";
import { initialScalesCase, LP_SEARCHES, minMaxCase } from "./implementations/03_ranges.ts";
import { lrQatCase } from "./implementations/04_lr_qat.ts";
import { l4qCase } from "./implementations/05_l4q.ts";
import { BASELINES } from "./implementations/06_baselines.ts";
import { realActivationsCase, roundedActivationsCase } from "./implementations/07_activations.ts";
import { adamwCase, schedulesCase } from "./implementations/08_adamw.ts";
import { llamaCase } from "./implementations/09_llama.ts";
import { llamaL4qCase, llamaLrQatCase } from "./implementations/09_llama_methods.ts";
import { multipleChoiceCase, perplexityCase } from "./implementations/10_scoring.ts";
import { BLOCKS } from "./implementations/conformance/blocks.ts";
import { ELEMENT_TYPES } from "./implementations/conformance/element_types.ts";
import { ELEMENTWISE } from "./implementations/conformance/elementwise.ts";
import { LOOKUPS } from "./implementations/conformance/lookups.ts";
import { MATRICES } from "./implementations/conformance/matrices.ts";
import { SHAPES } from "./implementations/conformance/shapes.ts";
import { UPDATES } from "./implementations/conformance/updates.ts";
import type { Registry } from "./registry.ts";

/** The project's implementations. */
export const IMPLEMENTATIONS: Registry = new Map([
  ["01-round", round],
  ["01-fixed-point", fixedPointCase],
  ["02-symmetric", symmetricCase],
  ["02-asymmetric", asymmetricCase],
  ["02-offset", offsetCase],
  ["03-minmax", minMaxCase],
  ["03-init", initialScalesCase],
  ...LP_SEARCHES,
  ["04-lr-qat", lrQatCase],
  ["05-l4q", l4qCase],
  ...BASELINES,
  ["07-activation-rounded", roundedActivationsCase],
  ["07-activation-real", realActivationsCase],
  ["08-adamw", adamwCase],
  ["08-schedules", schedulesCase],
  ["09-llama", llamaCase],
  ["09-llama-lr-qat", llamaLrQatCase],
  ["09-llama-l4q", llamaL4qCase],
  ["10-perplexity", perplexityCase],
  ["10-multiple-choice", multipleChoiceCase],
  ...ELEMENTWISE,
  ...MATRICES,
  ...SHAPES,
  ...LOOKUPS,
  ...BLOCKS,
  ...UPDATES,
  ...ELEMENT_TYPES,
]);
