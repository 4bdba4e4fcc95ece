import { compile, type Compiled } from "../engine/compile.ts";
import { tf } from "../engine/tf.ts";
import { type ComputingModel, computingParts } from "../model/forward_pass.ts";
import { hiddenStates, logitsOf } from "../model/llama.ts";
import { makePositions, type Positions } from "../model/positions.ts";
import { logLikelihoods } from "./choices.ts";
import type { EncodedChoice } from "./encode_choice.ts";

type Arguments = [
  idsT: tf.Tensor1D,
  firstRow: tf.Scalar,
  targetsC: tf.Tensor1D,
  count: tf.Scalar,
];

interface CompiledLength {
  readonly positions: Positions;
  readonly run: Compiled<Arguments, tf.Tensor2D>;
}

const SHORTEST_SEQUENCE = 32;
const SHORTEST_CHOICE = 8;

/**
 * Computes the log-likelihoods of choices by compiled functions: one for each power of two of tokens, as
 * what stands behind a sequence changes nothing before it.
 */
export class ChoiceLikelihoods implements Disposable {
  readonly #model: ComputingModel;
  readonly #seq: number;
  readonly #lengths = new Map<number, CompiledLength>();

  /**
   * @param model The model.
   * @param seq The most tokens that it sees at once.
   */
  constructor(model: ComputingModel, seq: number) {
    this.#model = model;
    this.#seq = seq;
  }

  /** The sum of the log-likelihoods of the choice's tokens, nats. */
  async of({ ids, first }: EncodedChoice): Promise<number> {
    const inputs = ids.subarray(0, -1);
    const targets = ids.subarray(first);
    const length = Math.min(this.#seq, powerOfTwo(inputs.length, SHORTEST_SEQUENCE));
    const { run } = this.#compiled(length);
    const args: Arguments = [
      tf.tensor1d(padded(inputs, length), "int32"),
      tf.scalar(first - 1, "int32"),
      tf.tensor1d(padded(targets, powerOfTwo(targets.length, SHORTEST_CHOICE)), "int32"),
      tf.scalar(targets.length, "int32"),
    ];
    const sum = tf.tidy(() => run(...args));
    try {
      return (await sum.data())[0] ?? NaN;
    } finally {
      tf.dispose([...args, sum]);
    }
  }

  /** Frees the functions and their tables. */
  [Symbol.dispose](): void {
    for (const { run, positions: { cosTP, sinTP, maskTS } } of this.#lengths.values()) {
      run.dispose();
      tf.dispose([cosTP, sinTP, maskTS]);
    }
  }

  #compiled(length: number): CompiledLength {
    const known = this.#lengths.get(length);
    if (known) return known;
    const positions = makePositions(this.#model.config, length);
    const pass = { ...computingParts(this.#model), positions };
    const run = compile((idsT: tf.Tensor1D, firstRow, targetsC: tf.Tensor1D, count) => {
      const hiddenTD = tf.squeeze(hiddenStates(tf.reshape(idsT, [1, length]), pass), [0]);
      const [C] = targetsC.shape;
      const behind = tf.add(tf.range(0, C, 1, "int32"), firstRow);
      const rowsCD = tf.gather(hiddenTD, tf.minimum(behind, tf.scalar(length - 1, "int32")));
      const logits = tf.reshape(logitsOf(rowsCD, pass), [1, 1, C, pass.config.vocabSize]);
      return logLikelihoods({
        logits: logits as tf.Tensor4D,
        tokens: tf.reshape(targetsC, [1, 1, C]) as tf.Tensor3D,
        lengths: tf.reshape(count, [1, 1]) as tf.Tensor2D,
      });
    }, { name: "choice" }) as CompiledLength["run"];
    const made = { positions, run };
    this.#lengths.set(length, made);
    return made;
  }
}

function powerOfTwo(count: number, least: number): number {
  return Math.max(least, 2 ** Math.ceil(Math.log2(count)));
}

function padded(ids: Int32Array, length: number): Int32Array {
  const all = new Int32Array(length);
  all.set(ids);
  return all;
}
