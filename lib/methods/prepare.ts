import type { Tokenizer } from "../data/tokenizer.ts";
import { cast } from "../engine/mod.ts";
import type { tf } from "../engine/tf.ts";
import type { LlamaConfig } from "../model/config.ts";
import { BLOCK_LINEARS, blockPrefix } from "../model/parameter_shapes.ts";
import { parameterNamed, type Parameters } from "../model/parameters.ts";
import type { Trainable } from "../model/trainable.ts";
import { checkWeights } from "../quant/check_weights.ts";
import { perTensor } from "../quant/granularity.ts";
import type { Trainee } from "../model/trainee.ts";
import { activationDoor } from "./activation_door.ts";
import { disposeState, type LinearState, stateBytes, trainablesOf } from "./linear_state.ts";
import type { LayerInputs, Method, PrepareContext } from "./method.ts";
import { methodLinear } from "./method_linear.ts";
import { methodNamed } from "./registry.ts";
import {
  describeSettings,
  type MethodOptions,
  type MethodSettings,
  resolveSettings,
} from "./settings.ts";

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

/** What was noticed of one layer when it was prepared. */
export interface LayerRecord {
  readonly layer: string;
  readonly shape: readonly [outputs: number, inputs: number];
  /** Groups of weights that are all zero: they have the smallest scale. */
  readonly zeroGroups: number;
  /** Bytes that the layer's state takes in this process. */
  readonly bytes: number;
}

/** A model whose linear layers are a method's. Embeddings, norms, biases and head are frozen floats. */
export interface PreparedModel<T extends Tokenizer | undefined = Tokenizer | undefined>
  extends Trainee, Disposable {
  /** Where the model is from, as it was asked for. */
  readonly source: string;
  readonly method: Method;
  /** All settings, defaults included. */
  readonly settings: MethodSettings;
  /** The layers' states by their names, in the order of the forward pass. */
  readonly states: ReadonlyMap<string, LinearState>;
  readonly records: readonly LayerRecord[];
  /** The model's. */
  readonly tokenizer: T;
  /** Frees the layers' states; the rest belongs to the model. */
  dispose(): void;
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

type Parts<T extends Tokenizer | undefined> = Pick<
  PreparedModel<T>,
  "source" | "config" | "parameters" | "tokenizer" | "method" | "settings" | "states" | "records"
>;

function preparedModel<T extends Tokenizer | undefined>(parts: Parts<T>): PreparedModel<T> {
  const { source, parameters, method, settings, states } = parts;
  const trainables: readonly Trainable[] = [...states.values()].flatMap(trainablesOf);
  const linear = methodLinear(parameters, (layer) => {
    const state = states.get(layer);
    return state && ((xNI) => method.apply(xNI, state));
  });
  const { compute } = settings;
  const dispose = () => {
    for (const state of states.values()) disposeState(state);
    // In a type of their own they are not the model's.
    if (compute !== "float32") { for (const tensor of parameters.values()) tensor.dispose(); }
  };
  const activation = activationDoor(settings);
  return {
    ...parts,
    compute,
    identity: { source, method: method.name, ...describeSettings(settings) },
    linear,
    ...(activation && { activation }),
    trainables,
    dispose,
    [Symbol.dispose]: dispose,
  };
}

/** The names of the layers that methods replace, in the order of the forward pass. */
export function quantizedLayers({ layers }: Pick<LlamaConfig, "layers">): string[] {
  return Array.from({ length: layers }, (_, i) => blockPrefix(i))
    .flatMap((prefix) => BLOCK_LINEARS.map((linear) => prefix + linear));
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
