/**
 * Figures: pure functions from rows of results to Plotly figures, and how they are drawn.
 *
 * @module
 */
export { bitsByRank } from "./bits_by_rank.ts";
export type { Figure } from "./figure.ts";
export { layerErrors } from "./layer_errors.ts";
export { learningRates } from "./learning_rates.ts";
export { type Measure, PERPLEXITY, STEP_SECONDS, TEST_LOSS, VALIDATION_LOSS } from "./measure.ts";
export { MEMORY_CATEGORIES, memoryBars, type MemoryRow } from "./memory_bars.ts";
export { type MemoryAbscissa, memoryCurves, type MemoryCurvesOptions } from "./memory_curves.ts";
export { memoryFront } from "./memory_front.ts";
export { memoryProfileBars, type MemoryProfileBarsOptions } from "./memory_profile_bars.ts";
export { perplexityByBits } from "./perplexity_by_bits.ts";
export { phiAblation } from "./phi_ablation.ts";
export { rangeExponents, type RangeExponentsOptions } from "./range_exponents.ts";
export { readableBytes } from "./readable.ts";
export { recoveredShare } from "./recovered_share.ts";
export { figureHtml, plotlyScript } from "./render/figure_html.ts";
export { displayFigure, figureMime } from "./render/figure_mime.ts";
export { figurePng } from "./render/figure_png.ts";
export { figureSvg } from "./render/figure_svg.ts";
export { RUN_SETTINGS } from "./series.ts";
export { startErrorRows } from "./start_error_rows.ts";
export { type StartErrorRow, startErrors } from "./start_errors.ts";
export { least, type Spread, spread, spreadText } from "./statistics.ts";
export { stepTimes } from "./step_times.ts";
export { timeAndMemory, type TimeAndMemoryOptions } from "./time_and_memory.ts";
export { trainingCurves } from "./training_curves.ts";
export { weightHistogram, type WeightStage } from "./weight_histogram.ts";
