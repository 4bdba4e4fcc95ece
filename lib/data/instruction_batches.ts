import { alpacaPrompt, type AlpacaRecord } from "./alpaca.ts";
import { type BatchPlace, batchRows } from "./batches.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** The label of a position that is not learned. */
export const IGNORED_LABEL = -100;

/** A task as tokens. */
export interface InstructionExample {
  /** The prompt, the answer and EOS. */
  tokens: Int32Array;
  /** What is learned at each position: the token itself, or {@linkcode IGNORED_LABEL}. */
  labels: Int32Array;
}

/** Options for {@linkcode encodeInstruction}. */
export interface EncodeInstructionOptions {
  /** Learn the answer only, not the prompt. */
  maskPrompt: boolean;
}

/**
 * Encodes a task: prompt and answer as one text, with BOS where the model's files add it, and EOS.
 *
 * `labels[t]` is `tokens[t]`; a loss that predicts the next token compares the logits at `t` with
 * `labels[t + 1]`. A token that holds letters of both the prompt and the answer is learned.
 */
export function encodeInstruction(
  tokenizer: Tokenizer,
  record: AlpacaRecord,
  { maskPrompt }: EncodeInstructionOptions,
): InstructionExample {
  const bos = tokenizer.addsBos;
  const prompt = alpacaPrompt(record);
  const tokens = tokenizer.encode(prompt + record.output, {
    bos,
    eos: tokenizer.eosId !== undefined,
  });
  const labels = tokens.slice();
  if (maskPrompt) {
    const alone = tokenizer.encode(prompt, { bos });
    const differs = alone.findIndex((id, t) => id !== tokens[t]);
    labels.fill(IGNORED_LABEL, 0, differs < 0 ? alone.length : differs);
  }
  return { tokens, labels };
}

/** Options for {@linkcode instructionBatchAt}. */
export interface InstructionBatchOptions extends BatchPlace {
  /** The tokens of a row; longer examples are cut at the end. */
  seq: number;
  /** The token that fills shorter rows; the model does not learn it. */
  padId: number;
}

/** A batch of tasks. */
export interface InstructionBatch {
  /** Token ids, `B × T`, row-major, filled at the right with the pad token. */
  tokensBT: Int32Array;
  /** What is learned at each position, `B × T`: a token, or {@linkcode IGNORED_LABEL}. */
  labelsBT: Int32Array;
  /** The example that each row shows. */
  examples: number[];
}

/**
 * Returns the batch of a training step: a pure function of the examples and the place, in the order of
 * {@linkcode batchRows}.
 *
 * @throws {RangeError} If there are no examples, or an option is out of range.
 */
export function instructionBatchAt(
  examples: readonly InstructionExample[],
  options: InstructionBatchOptions,
): InstructionBatch {
  const { batch, seq, padId } = options;
  if (!Number.isInteger(seq) || seq < 2) {
    throw new RangeError(
      `Cannot make a batch: 'seq' must be an integer of at least 2: current value is ${seq}`,
    );
  }
  const rows = batchRows(examples.length, options);
  const tokensBT = new Int32Array(batch * seq).fill(padId);
  const labelsBT = new Int32Array(batch * seq).fill(IGNORED_LABEL);
  for (const [row, { item }] of rows.entries()) {
    const { tokens, labels } = examples[item]!;
    tokensBT.set(tokens.subarray(0, seq), row * seq);
    labelsBT.set(labels.subarray(0, seq), row * seq);
  }
  return { tokensBT, labelsBT, examples: rows.map((row) => row.item) };
}
