import type { Tokenizer } from "../data/tokenizer.ts";
import type { Trainable } from "../model/trainable.ts";
import type { Trainee } from "../model/trainee.ts";
import { activationDoor } from "./activation_door.ts";
import { disposeState, type LinearState, trainablesOf } from "./linear_state.ts";
import type { Method } from "./method.ts";
import { methodLinear } from "./method_linear.ts";
import { describeSettings, type MethodSettings } from "./settings.ts";

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

/** What {@linkcode preparedModel} puts together. */
export type PreparedParts<T extends Tokenizer | undefined> = Pick<
  PreparedModel<T>,
  "source" | "config" | "parameters" | "tokenizer" | "method" | "settings" | "states" | "records"
>;

/** A prepared model of its parts. */
export function preparedModel<T extends Tokenizer | undefined>(
  parts: PreparedParts<T>,
): PreparedModel<T> {
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
