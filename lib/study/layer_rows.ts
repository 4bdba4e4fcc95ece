import { diagnoseLayer, type LayerStart } from "../methods/diagnostics.ts";
import { type GridErrors, gridErrors, weightError } from "../methods/grid_errors.ts";
import type { LinearState } from "../methods/linear_state.ts";
import type { LinearWeight } from "../methods/linear_weight.ts";
import type { Method } from "../methods/method.ts";
import type { Parameters } from "../model/parameters.ts";
import type { LayerRow, RunRow } from "../results/run_row.ts";
import type { Trial } from "./trial.ts";

/** What the grid of each layer costs before training; of methods that know what they quantize. */
export async function errorsAtStart(trial: Trial): Promise<ReadonlyMap<string, GridErrors>> {
  const { method, states } = trial.prepared;
  const errors = new Map<string, GridErrors>();
  if (!method.target) return errors;
  for (const [layer, weight] of trial.merge().weights) {
    const state = states.get(layer);
    const found = state && await gridErrors(weight, { method, state });
    if (found) errors.set(layer, found);
  }
  return errors;
}

/** What is known of the layers before training. */
export interface LayerFacts {
  /** Round to nearest on the same range. */
  readonly starts: ReadonlyMap<string, LayerStart>;
  /** What {@linkcode errorsAtStart} gave. */
  readonly errors: ReadonlyMap<string, GridErrors>;
  /** The float model's. */
  readonly parameters: Parameters;
}

/** Compares each layer, merged, with what it was at its start and with the float model. */
export async function layerRows(
  trial: Trial,
  { id, ...facts }: LayerFacts & { readonly id: string },
): Promise<LayerRow[]> {
  const { states, method } = trial.prepared;
  const rows: LayerRow[] = [];
  for (const [layer, weight] of trial.merge().weights) {
    const state = states.get(layer);
    if (!state) continue;
    const [outputs, inputs] = state.shape;
    const numbers = await layerNumbers(weight, { state, method, ...facts });
    rows.push({ run_id: id, layer, outputs, inputs, ...numbers });
  }
  return rows;
}

/** The means over all weights of what is a share or mean of a layer. */
export function layerMeans(
  layers: readonly LayerRow[],
): Pick<RunRow, "codes_changed" | "codes_clipped" | "scale_change"> {
  const mean = (name: "codes_changed" | "codes_clipped" | "scale_change") => {
    const known = layers.filter((row) => row[name] !== null);
    if (known.length === 0) return null;
    const weights = known.reduce((sum, { outputs, inputs }) => sum + outputs * inputs, 0);
    const sum = known.reduce((all, row) => all + row.outputs * row.inputs * (row[name] ?? 0), 0);
    return sum / weights;
  };
  return {
    codes_changed: mean("codes_changed"),
    codes_clipped: mean("codes_clipped"),
    scale_change: mean("scale_change"),
  };
}

type LayerNumbers = Omit<LayerRow, "run_id" | "layer" | "outputs" | "inputs">;

async function layerNumbers(
  weight: LinearWeight,
  { state, method, starts, errors, parameters }: LayerFacts & {
    readonly state: LinearState;
    readonly method: Method;
  },
): Promise<LayerNumbers> {
  const { layer } = state;
  const start = starts.get(layer);
  const coded = weight.kind === "codes" ||
    (weight.kind === "adapted" && weight.base.kind === "codes");
  const numbers = start && coded
    ? await diagnoseLayer(weight, { start, state, method })
    : undefined;
  const before = errors.get(layer);
  const after = await gridErrors(weight, { method, state });
  const float = parameters.get(`${layer}.weight`);
  return {
    codes_changed: numbers?.changedCodes ?? null,
    codes_clipped: numbers?.clippedCodes ?? null,
    scale_change: numbers?.scaleChange ?? null,
    weight_error: float ? await weightError(weight, float) : null,
    quantization_error_start: before?.quantization ?? null,
    quantization_error_end: after?.quantization ?? null,
    clipping_error_start: before?.clipping ?? null,
    clipping_error_end: after?.clipping ?? null,
  };
}
