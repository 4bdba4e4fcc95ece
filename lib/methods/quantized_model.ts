import type { Tokenizer } from "../data/tokenizer.ts";
import { tf } from "../engine/tf.ts";
import type { ActivationDoor } from "../model/activation_site.ts";
import type { ComputeType } from "../model/compute_type.ts";
import type { LlamaConfig } from "../model/config.ts";
import type { Linear } from "../model/linear.ts";
import type { Parameters } from "../model/parameters.ts";
import { activationDoor } from "./activation_door.ts";
import { applyWeight, disposeWeight, type LinearWeight } from "./linear_weight.ts";
import { methodLinear } from "./method_linear.ts";
import type { MethodSettings } from "./settings.ts";

/** What a {@linkcode QuantizedModel} is made of. */
export interface QuantizedModelParts<T extends Tokenizer | undefined = Tokenizer | undefined> {
  readonly config: LlamaConfig;
  /** Embeddings, norms, biases and head by Hugging Face's names. */
  readonly parameters: Parameters;
  /** The linear layers' weights by the layers' names. */
  readonly weights: ReadonlyMap<string, LinearWeight>;
  /** The method that trained them. */
  readonly method: string;
  readonly settings: MethodSettings;
  /** Where the model that was prepared is from, if it is known: its tokenizer is there. */
  readonly source: string | undefined;
  /** That of the model that was prepared. */
  readonly tokenizer: T;
}

/** A merged model: integer codes with scales, dequantized layer by layer while it runs. */
export class QuantizedModel<T extends Tokenizer | undefined = Tokenizer | undefined>
  implements QuantizedModelParts<T>, Disposable {
  readonly config: LlamaConfig;
  readonly parameters: Parameters;
  readonly weights: ReadonlyMap<string, LinearWeight>;
  readonly method: string;
  readonly settings: MethodSettings;
  readonly source: string | undefined;
  readonly tokenizer: T;
  /** The door to the linear layers. */
  readonly linear: Linear;
  /** Quantizes activations on their way, where the settings ask for it. */
  declare readonly activation?: ActivationDoor;
  /** The type of activations and products, that of training. */
  readonly compute: ComputeType;
  readonly #ownsParameters: boolean;

  /**
   * Puts a model together.
   *
   * @param parts The parts.
   * @param options Whether the parameters go with the model when it is disposed; by default they
   * belong to the model that they came from.
   */
  constructor(parts: QuantizedModelParts<T>, options: { readonly ownsParameters?: boolean } = {}) {
    this.config = parts.config;
    this.parameters = parts.parameters;
    this.weights = parts.weights;
    this.method = parts.method;
    this.settings = parts.settings;
    this.source = parts.source;
    this.tokenizer = parts.tokenizer;
    this.compute = parts.settings.compute;
    const activation = activationDoor(parts.settings);
    if (activation) this.activation = activation;
    this.#ownsParameters = options.ownsParameters ?? false;
    this.linear = methodLinear(parts.parameters, (layer) => {
      const weight = parts.weights.get(layer);
      return weight && ((xNI) => applyWeight(xNI, weight));
    });
  }

  /** Frees the weights, and the parameters where they belong to this model. */
  dispose(): void {
    for (const weight of this.weights.values()) disposeWeight(weight);
    if (this.#ownsParameters) tf.dispose([...this.parameters.values()]);
  }

  /** As {@linkcode QuantizedModel.dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
