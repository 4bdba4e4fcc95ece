import { tf } from "../engine/tf.ts";
import type { Heads } from "./attention.ts";
import { causalMask } from "./causal_mask.ts";
import type { LlamaConfig } from "./config.ts";
import type { ForwardPass } from "./forward_pass.ts";
import { requireLength } from "./positions.ts";
import { type RotaryTables, rotaryTables } from "./rope.ts";

interface Memory {
  // [1, K, S, P] each.
  readonly keys: tf.Variable<tf.Rank.R4>;
  readonly values: tf.Variable<tf.Rank.R4>;
}

/**
 * The keys and values of one sequence's tokens in all blocks, of a fixed length, so that one compiled
 * function serves every position and updates them in place.
 */
export class KeyValueCache implements Disposable {
  /** S, the tokens that it holds. */
  readonly length: number;
  readonly #window: number | undefined;
  readonly #tables: RotaryTables;
  readonly #blocks: readonly Memory[];

  /** @throws {RangeError} If the length is not an integer from 1 to the model's limit. */
  constructor(config: LlamaConfig, length: number) {
    requireLength(config, length);
    this.length = length;
    this.#window = config.slidingWindow;
    this.#tables = rotaryTables(config, length);
    const shape = [1, config.keyValueHeads, length, config.headDim] as const;
    this.#blocks = Array.from({ length: config.layers }, () => ({
      keys: emptyMemory(shape),
      values: emptyMemory(shape),
    }));
  }

  /**
   * What a forward pass over tokens `start .. start + C - 1` needs, `[1, C]` at a time.
   *
   * Earlier tokens must have passed. Later ones, left by an earlier sequence, are hidden.
   *
   * @param start The place of the first token, a scalar, int32; `start + C` is at most the length.
   * @param count C, the number of tokens.
   */
  view(
    start: tf.Scalar,
    count: number,
  ): Pick<ForwardPass, "positions"> & Required<Pick<ForwardPass, "remember">> {
    const placesC = tf.add<tf.Tensor1D>(tf.range(0, count, 1, "int32"), start);
    const { cosTP, sinTP } = this.#tables;
    const fromStartS = tf.sub<tf.Tensor1D>(tf.range(0, this.length, 1, "int32"), start);
    return {
      positions: {
        cosTP: tf.gather(cosTP, placesC),
        sinTP: tf.gather(sinTP, placesC),
        maskTS: causalMask(placesC, { keys: this.length, window: this.#window }),
      },
      remember: (layer, own) => this.#remember(layer, { own, fromStartS }),
    };
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    const memories = this.#blocks.flatMap(({ keys, values }) => [keys, values]);
    tf.dispose([this.#tables.cosTP, this.#tables.sinTP, ...memories]);
  }

  #remember(
    layer: number,
    { own, fromStartS }: { own: Heads; fromStartS: tf.Tensor1D },
  ): Pick<Heads, "k" | "v"> {
    const block = this.#blocks[layer];
    if (!block) throw new RangeError(`The cache has no block ${layer}`);
    const k = withRows(block.keys, own.k, fromStartS);
    const v = withRows(block.values, own.v, fromStartS);
    block.keys.assign(k);
    block.values.assign(v);
    return { k, v };
  }
}

function emptyMemory(shape: readonly [number, number, number, number]): tf.Variable<tf.Rank.R4> {
  const zeros = tf.zeros<tf.Rank.R4>([...shape]);
  const made = tf.variable(zeros, false);
  zeros.dispose();
  return made;
}

// Each place takes its new row or keeps the old one: XLA makes this an update in place, and other than
// a product with a one-hot matrix it is exact on every device.
function withRows(
  memory: tf.Tensor4D,
  newRows: tf.Tensor4D,
  fromStartS: tf.Tensor1D,
): tf.Tensor4D {
  const count = newRows.shape[2];
  const isNew = tf.logicalAnd(tf.greaterEqual(fromStartS, 0), tf.less(fromStartS, count));
  // Of integers; clipByValue() reads them as floats on the wasm backend.
  const first = tf.scalar(0, "int32");
  const last = tf.scalar(count - 1, "int32");
  const rows = tf.gather(newRows, tf.minimum(tf.maximum(fromStartS, first), last), 2);
  return tf.where(tf.reshape(isNew, [1, 1, -1, 1]), rows, memory);
}
