import type { Tokenizer } from "../data/tokenizer.ts";
import { cast } from "../engine/mod.ts";
import type { tf } from "../engine/tf.ts";
import type { LlamaConfig } from "../model/config.ts";
import { parameterNamed, type Parameters } from "../model/parameters.ts";
import { checkWeights } from "../quant/check_weights.ts";
import { perTensor } from "../quant/granularity.ts";
import { disposeState, type LinearState, stateBytes } from "./linear_state.ts";
import type { LayerInputs, Method, PrepareContext } from "./method.ts";
import { type LayerRecord, type PreparedModel, preparedModel } from "./prepared_model.ts";
import { quantizedLayers } from "./quantized_layers.ts";
import { methodNamed } from "./registry.ts";
import { type MethodOptions, type MethodSettings, resolveSettings } from "./settings.ts";

/** How a model is prepared: the method's name and its settings. */
export interface PrepareOptions extends MethodOptions {
  /** The method, such as `lr-qat`. */
  readonly method: string;
  /**
   * What becomes of the model's float weights that the method replaces. `free` (default) frees each
   * once its layer is prepared: the model itself can then no longer be used. `keep` leaves them.
   */
  readonly floatWeights?: "free" | "keep";
  /** Inputs of a layer on calibration text, for methods that calibrate. */
  readonly inputs?: (layer: string) => LayerInputs | undefined;
  /** Told after each layer. */
  readonly onProgress?: (progress: PrepareProgress) => void;
  /** Stops the preparation. */
  readonly signal?: AbortSignal;
}

/** How far a preparation is. */
export interface PrepareProgress {
  readonly phase: "prepare";
  readonly done: number;
  readonly total: number;
  readonly unit: "layers";
}

/** What is needed of a model to prepare it. */
export interface PreparableModel {
  /** Where it is from: a run is resumed on the same model only. */
  readonly source: string;
  readonly config: LlamaConfig;
  readonly parameters: Parameters;
  readonly tokenizer?: Tokenizer;
}

/** The tokenizer of a model that has one. */
export type TokenizerOf<Model> = Model extends { readonly tokenizer: Tokenizer } ? Tokenizer
  : Tokenizer | undefined;

/**
 * Puts a method in the place of a model's linear layers: q, k, v, o, gate, up and down of every block.
 *
 * @example
 * ```ts ignore
 * const prepared = await prepare(model, { method: "lr-qat", bits: 4, granularity: "channel", rank: 32 });
 * ```
 *
 * Where the settings ask for quantized activations, the prepared model has them too.
 *
 * @throws {RangeError} If the method or a setting is unknown or out of range, or a layer cannot take
 * it: a weight that is not finite, a rank above its sizes, a group that does not divide its inputs.
 */
export async function prepare<Model extends PreparableModel>(
  model: Model,
  options: PrepareOptions,
): Promise<PreparedModel<TokenizerOf<Model>>> {
  const { method: name, floatWeights = "free", inputs, onProgress, signal, ...rest } = options;
  const method = methodNamed(name);
  const settings = resolveSettings(method, rest);
  const parameters = new Map(model.parameters);
  const layers = quantizedLayers(model.config);
  for (const layer of layers) requireLayer(weightOf(parameters, layer), { layer, settings });
  const states = new Map<string, LinearState>();
  const records: LayerRecord[] = [];
  try {
    for (const layer of layers) {
      signal?.throwIfAborted();
      const wOI = weightOf(parameters, layer);
      const given = inputs?.(layer);
      const context = { layer, settings, ...(given && { inputs: given }) };
      const { state, record } = await prepareLayer(wOI, method, context);
      states.set(layer, state);
      records.push(record);
      parameters.delete(`${layer}.weight`);
      if (floatWeights === "free") wOI.dispose();
      onProgress?.({ phase: "prepare", done: states.size, total: layers.length, unit: "layers" });
    }
    if (settings.compute !== "float32") narrow(parameters, { ...settings, floatWeights });
  } catch (error) {
    for (const state of states.values()) disposeState(state);
    throw error;
  }
  const { source, config } = model;
  const tokenizer = model.tokenizer as TokenizerOf<Model>;
  return preparedModel({
    source,
    config,
    parameters,
    tokenizer,
    method,
    settings,
    states,
    records,
  });
}

// What stays float is frozen: nothing is lost that the products would not lose.
function narrow(
  parameters: Map<string, tf.Tensor>,
  { compute, floatWeights }:
    & Pick<MethodSettings, "compute">
    & Required<Pick<PrepareOptions, "floatWeights">>,
): void {
  for (const [name, tensor] of parameters) {
    parameters.set(name, cast(tensor, compute));
    if (floatWeights === "free") tensor.dispose();
  }
}

interface PreparedLayer {
  readonly state: LinearState;
  readonly record: LayerRecord;
}

async function prepareLayer(
  wOI: tf.Tensor2D,
  method: Method,
  context: PrepareContext,
): Promise<PreparedLayer> {
  const { layer, settings } = context;
  // Methods without a grid of their own have no groups either.
  const granularity = method.limits.grids.length > 0 ? settings.granularity : perTensor();
  const { zeroGroups } = await checkWeights(wOI, { name: layer, granularity });
  const state = method.prepare(wOI, context);
  return { state, record: { layer, shape: state.shape, zeroGroups, bytes: stateBytes(state) } };
}

/**
 * Checks what the shape of a layer says about the settings.
 *
 * @throws {RangeError} If the rank is above the layer's sizes, or the layer's weight is gone.
 */
export function requireLayer(
  wOI: tf.Tensor2D,
  { layer, settings: { rank } }: { readonly layer: string; readonly settings: MethodSettings },
): void {
  if (wOI.isDisposed) {
    throw new RangeError(
      `Cannot prepare ${layer}: its float weight was freed by an earlier preparation`,
    );
  }
  const largest = Math.min(...wOI.shape);
  if (rank > largest) {
    throw new RangeError(
      `Cannot prepare ${layer} [${wOI.shape}]: 'rank' must be at most ${largest}: current value is ${rank}`,
    );
  }
}

function weightOf(parameters: Parameters, layer: string): tf.Tensor2D {
  return parameterNamed(parameters, `${layer}.weight`) as tf.Tensor2D;
}
