/**
 * Everything that the project can compare with golden vectors, by family of cases.
 *
 * @module
 */
import { round } from "./implementations/01_round.ts";
import { llamaCase } from "./implementations/09_llama.ts";
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
  ["09-llama", llamaCase],
  // They come with their methods.
  ["09-llama-lr-qat", undefined],
  ["09-llama-l4q", undefined],
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
