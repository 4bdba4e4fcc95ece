import { nearestNames } from "../data/nearest_name.ts";
import { CORPUS_NAMES } from "../data/open_text.ts";
import { NAMED_MODELS } from "../model/named_models.ts";
import type { RunSpec } from "./run_spec.ts";

/**
 * Checks that models and corpora have a known name, or look like a path or a place on the hub: whether
 * those exist shows when the run opens them.
 *
 * @throws {RangeError} If a name is none of these; it offers the nearest.
 */
export function requireKnownNames({ model, training, evaluation }: RunSpec): void {
  requireName("model", model, [...NAMED_MODELS.keys()]);
  if (training) requireName("training.corpus", training.corpus, CORPUS_NAMES);
  requireName("evaluation.corpus", evaluation.corpus, CORPUS_NAMES);
}

function requireName(key: string, name: string, known: readonly string[]): void {
  if (known.includes(name) || /[./\\]/.test(name)) return;
  const near = nearestNames(name, known);
  const offer = near.length > 0
    ? `did you mean ${near.join(" or ")}?`
    : `known are ${known.join(", ")}; a path has a dot or a slash in it`;
  throw new RangeError(`Cannot build a run: unknown '${key}' ${JSON.stringify(name)}: ${offer}`);
}
