import { bitsByRank } from "../figures/bits_by_rank.ts";
import type { Figure, FigureOptions } from "../figures/figure.ts";
import { layerErrors } from "../figures/layer_errors.ts";
import { learningRates } from "../figures/learning_rates.ts";
import { memoryFront } from "../figures/memory_front.ts";
import { perplexityByBits } from "../figures/perplexity_by_bits.ts";
import { comparedDowncasts, phiAblation } from "../figures/phi_ablation.ts";
import { comparedExponents, rangeExponents } from "../figures/range_exponents.ts";
import { recoveredShare } from "../figures/recovered_share.ts";
import { distinct } from "../figures/series.ts";
import type { RunRow } from "../results/mod.ts";
import { stepTimes } from "../figures/step_times.ts";
import { timeAndMemory } from "../figures/time_and_memory.ts";
import { trainingCurves } from "../figures/training_curves.ts";
import type { FigureBlock } from "./document.ts";
import { isSearch } from "./is_search.ts";
import { ofPlan } from "./of_plan.ts";
import type { ReportData } from "./report_data.ts";

/** The figures that a study's rows are enough for; runs with settings beside its plan are not drawn. */
export function reportFigures(all: ReportData): FigureBlock[] {
  const data = ofPlan(all);
  const { rows } = data;
  // A search has more lines than a figure of lines can hold.
  if (isSearch(rows)) {
    return [
      ...when(true, "learning-rates", () => learningRates(rows)),
      ...when(
        comparedExponents(rows).length > 0,
        "range-exponents",
        () => rangeExponents(rows),
      ),
    ];
  }
  return studyFigures(data);
}

function studyFigures({ rows, pending, curves, layers, planned }: ReportData): FigureBlock[] {
  const stepBytes = new Map(planned.map(({ id, stepBytes }) => [id, stepBytes ?? undefined]));
  const quantized = rows.filter(isQuantized);
  const scored = quantized.some(({ perplexity }) => perplexity !== null);
  const share = recoveredShare(rows);
  const adapted = quantized.filter(({ rank }) => rank > 0);
  const curved = new Set(curves.map(({ run_id }) => run_id));
  const trained = rows.filter(({ run_id }) => curved.has(run_id));
  const withLayers = new Set(
    layers.filter(({ weight_error }) => weight_error !== null).map(({ run_id }) => run_id),
  );
  const layered = rows.filter(({ run_id }) => withLayers.has(run_id));
  return [
    ...when(scored, "perplexity-by-bits", () => perplexityByBits(rows, { pending })),
    ...when(
      quantized.some((row) => share.of(row) !== null),
      "recovered-by-bits",
      () => perplexityByBits(quantized, { measure: share, pending: pending.filter(isQuantized) }),
    ),
    ...when(hasRanks(adapted), "bits-by-rank", () => bitsByRank(rows)),
    ...when(
      comparedDowncasts(rows).length > 0,
      "phi-ablation",
      () => phiAblation(rows, { pending }),
    ),
    ...when(scored && distinct(rows, "linear_bytes").length > 1, "memory", () => memoryFront(rows)),
    ...byBits("training-curves", trained, (own, options) => trainingCurves(own, curves, options)),
    ...byBits("layer-errors", layered, (own, options) => layerErrors(own, layers, options)),
    ...when(
      rows.some(({ step_seconds }) => step_seconds !== null),
      "step-times",
      () => stepTimes(rows.filter(({ steps }) => steps > 0)),
    ),
    ...when(
      distinct(rows.filter(({ steps }) => steps > 0), "recompute").length > 2,
      "recomputation",
      () =>
        timeAndMemory(rows, {
          bytesOf: ({ run_id }) => stepBytes.get(run_id),
          basis: "estimated",
        }),
    ),
  ];
}

function isQuantized({ bits }: RunRow): boolean {
  return bits < 16;
}

function hasRanks(adapted: ReportData["rows"]): boolean {
  const methods = Map.groupBy(adapted, ({ method }) => method);
  return [...methods.values()].some((own) => distinct(own, "rank").length > 1);
}

// These figures take the runs of a method together, so that each has one bit width, and with it the
// runs that quantize nothing.
function byBits(
  id: string,
  rows: ReportData["rows"],
  draw: (own: ReportData["rows"], options: FigureOptions) => Figure,
): FigureBlock[] {
  const widths = distinct(rows, "bits").filter((bits) => bits < 16).reverse();
  if (widths.length < 2) return when(rows.length > 0, id, () => draw(rows, {}));
  const [all] = when(true, id, () => draw(rows, {}));
  return widths.flatMap((width) => {
    const own = rows.filter(({ bits }) => bits === width || bits >= 16);
    return when(
      true,
      `${id}-w${width}`,
      () => draw(own, { title: `${all?.title}, ${width} bits` }),
    );
  });
}

function when(isShown: boolean, id: string, draw: () => Figure): FigureBlock[] {
  if (!isShown) return [];
  const figure = draw();
  return [{ kind: "figure", id, title: titleOf(figure) ?? id, figure }];
}

function titleOf({ layout: { title } }: Figure): string | undefined {
  const text = typeof title === "object" ? title.text : title;
  return text?.replace(/<[^>]*>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
