import { compile, type Compiled } from "../engine/compile.ts";
import { tf } from "../engine/tf.ts";
import { KeyValueCache } from "./key_value_cache.ts";
import { hiddenStates, logitsOf } from "./llama.ts";
import { type ComputingModel, computingParts, type ForwardPass } from "./forward_pass.ts";
import { requireTokens } from "./require_tokens.ts";

/** Tokens that pass at once before the first new one; bounds the attention scores in memory. */
const PIECE = 256;

/** Options for {@linkcode Decoder}. */
export interface DecoderOptions {
  /** The most tokens that it can take. */
  length: number;
  /** Compile the step of one token; by default true. Pays from some dozens of tokens on. */
  compile?: boolean;
}

/** Takes tokens and tells the logits of the next one; earlier tokens are remembered. */
export class Decoder implements Disposable {
  readonly #model: ComputingModel;
  readonly #cache: KeyValueCache;
  readonly #step: Compiled<[tf.Tensor1D, tf.Scalar], tf.Tensor1D> | undefined;
  #taken = 0;

  /** @throws {RangeError} If the length is not an integer from 1 to the model's limit. */
  constructor(model: ComputingModel, options: DecoderOptions) {
    this.#model = model;
    this.#cache = new KeyValueCache(model.config, options.length);
    this.#step = options.compile === false
      ? undefined
      : compile((ids: tf.Tensor1D, start: tf.Scalar) => this.#pass(ids, start), { name: "decode" });
  }

  /** The number of tokens taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Takes tokens.
   *
   * @returns The logits of the token after the last one, `[V]`.
   * @throws {RangeError} If there are none, they do not fit, or one has no row in the embedding.
   */
  async take(ids: ArrayLike<number>): Promise<Float32Array> {
    const { length } = this.#cache;
    if (ids.length === 0 || this.#taken + ids.length > length) {
      throw new RangeError(
        `The decoder can take 1 to ${length - this.#taken} tokens: current value is ${ids.length}`,
      );
    }
    requireTokens(ids, this.#model.config);
    let logits: tf.Tensor1D | undefined;
    for (let begin = 0; begin < ids.length; begin += PIECE) {
      logits?.dispose();
      logits = this.#run(Int32Array.from(ids).subarray(begin, begin + PIECE));
    }
    const values = await logits!.data<"float32">();
    logits!.dispose();
    return values;
  }

  /** Forgets all tokens. */
  reset(): void {
    this.#taken = 0;
  }

  /** Frees the memory and the compiled step. */
  [Symbol.dispose](): void {
    this.#step?.dispose();
    this.#cache[Symbol.dispose]();
  }

  // Pieces of a prompt have many lengths, and compiling takes longer than running one.
  #run(ids: Int32Array): tf.Tensor1D {
    const input = tf.tensor1d(ids, "int32");
    const start = tf.scalar(this.#taken, "int32");
    try {
      const logits = ids.length === 1 && this.#step
        ? this.#step(input, start)
        : tf.tidy(() => this.#pass(input, start));
      this.#taken += ids.length;
      return logits;
    } finally {
      tf.dispose([input, start]);
    }
  }

  #pass(idsC: tf.Tensor1D, start: tf.Scalar): tf.Tensor1D {
    const [count] = idsC.shape;
    const view = this.#cache.view(start, count);
    const pass: ForwardPass = { ...computingParts(this.#model), ...view };
    const hidden = hiddenStates(tf.reshape(idsC, [1, count]), pass);
    const last = tf.slice(hidden, [0, count - 1, 0], [1, 1, -1]);
    return tf.reshape(logitsOf(last, pass), [pass.config.vocabSize]);
  }
}
