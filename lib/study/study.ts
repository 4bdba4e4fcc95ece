import { merge } from "./grid/merge.ts";
import type { RunOptions } from "./run_options.ts";
import { resolveSpec, runId, type RunSpec } from "./run_spec.ts";

/** How much a study costs: minutes on the shipped model, hours on a small one, a GPU on the papers'. */
export const PROFILES = ["quick", "small", "paper"] as const;

/** One of {@linkcode PROFILES}. */
export type Profile = typeof PROFILES[number];

/** Where a run stands in its study. */
export interface Place {
  /** The row and column, such as `W4 per channel`; empty where the run's settings say all. */
  readonly label: string;
  /** What to look up where the study is held against published numbers. */
  readonly cell: Readonly<Record<string, string | number | boolean>>;
  /** What differs from the published set-up in this run, by subject. */
  readonly notes: Readonly<Record<string, string>>;
}

/** The subject of the note on what was set over all runs of a study. */
export const SET = "set";

/** A run as a study lists it. */
export interface RunDraft extends RunOptions {
  /** See {@linkcode Place}. Default: none of it. */
  readonly place?: Partial<Place>;
}

/** A named list of runs. */
export interface Study {
  /** Its name, such as `quick`. */
  readonly name: string;
  /** What it shows, in one line. */
  readonly about: string;
  /** The published tables or figures that it does again. */
  readonly source?: { readonly paper: string; readonly tables: readonly string[] };
  /** Its runs. */
  runs(profile: Profile): readonly RunDraft[];
}

/** A run that is ready to be done. */
export interface PlannedRun {
  /** The hash of the specification. */
  readonly id: string;
  readonly spec: RunSpec;
  /** All its places in the study, the first listed first. */
  readonly places: readonly Place[];
}

/** Options for {@linkcode planStudy}. */
export interface PlanStudyOptions {
  /** Default: `quick`. */
  readonly profile?: Profile;
  /** Said of all runs, over what the study says. */
  readonly overrides?: RunOptions;
  /** Instead of the study's seeds. */
  readonly seeds?: readonly number[];
}

/**
 * The runs of a study, resolved, each once: runs that come to the same are one run with several places.
 *
 * @throws {RangeError | TypeError} If a run cannot be resolved; the message says which.
 */
export function planStudy(study: Study, options: PlanStudyOptions = {}): PlannedRun[] {
  const { profile = "quick", overrides = {}, seeds } = options;
  const planned = new Map<string, PlannedRun>();
  for (const draft of study.runs(profile)) {
    const { place: listed = {}, ...run } = merge<RunDraft>(draft, overrides);
    const place = placeUnder(listed, overrides);
    for (const seeded of seeds?.map((seed) => ({ ...run, seed })) ?? [run]) {
      const spec = resolveNamed(study, seeded);
      const id = runId(spec);
      const places = planned.get(id)?.places ?? [];
      planned.set(id, { id, spec, places: withPlace(places, place) });
    }
  }
  return [...planned.values()];
}

/** What was set over a run's settings makes it no cell of the paper; over its training, a difference. */
function placeUnder(place: Partial<Place>, overrides: RunOptions): Partial<Place> {
  const { model, method, settings } = overrides;
  const texts = leafTexts(overrides);
  if (texts.length === 0) return place;
  const isOther = model !== undefined || method !== undefined || settings !== undefined;
  const notes = { ...place.notes, [SET]: texts.join(", ") };
  return { ...place, notes, ...(isOther && { cell: {} }) };
}

function leafTexts(value: object, path = ""): string[] {
  return Object.entries(value).flatMap(([name, part]) =>
    part !== null && typeof part === "object"
      ? leafTexts(part, `${path}${name}.`)
      : [`${path}${name}=${part}`]
  );
}

function resolveNamed({ name }: Study, run: RunOptions): RunSpec {
  try {
    return resolveSpec(run);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    const Kind = error instanceof RangeError ? RangeError : TypeError;
    throw new Kind(`Study ${name}: ${error.message}`, { cause: error });
  }
}

function withPlace(places: readonly Place[], given: Partial<Place>): readonly Place[] {
  const place = { label: "", cell: {}, notes: {}, ...given };
  const text = JSON.stringify(place);
  return places.some((known) => JSON.stringify(known) === text) ? places : [...places, place];
}
