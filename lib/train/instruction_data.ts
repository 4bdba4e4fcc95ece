import { createHash } from "node:crypto";
import type { AlpacaRecord } from "../data/alpaca.ts";
import {
  encodeInstruction,
  type EncodeInstructionOptions,
  IGNORED_LABEL,
  instructionBatchAt,
  type InstructionExample,
} from "../data/instruction_batches.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import type { TrainingBatch, TrainingData } from "./training_data.ts";

/** Options for {@linkcode instructionTasks}. */
export interface InstructionTasksOptions extends Partial<EncodeInstructionOptions> {
  readonly tokenizer: Tokenizer;
  /** What stands in results. */
  readonly name: string;
  /** The tokens of a row; longer tasks are cut at the end. */
  readonly seq: number;
}

/** Tasks to learn from. */
export interface InstructionTasks extends TrainingData {
  /** Tasks that are left out, as their answers begin behind the row's end. */
  readonly leftOut: number;
}

/**
 * Tasks with answers as training data: one task a row, filled up at its end with a token that is neither
 * learned nor seen; by default the answer alone is learned (`maskPrompt`).
 *
 * @throws {RangeError} If `seq` is no integer of at least 2, or no task has an answer within it.
 * @throws What reading the records throws.
 */
export async function instructionTasks(
  records: AsyncIterable<AlpacaRecord> | Iterable<AlpacaRecord>,
  { tokenizer, name, seq, maskPrompt = true }: InstructionTasksOptions,
): Promise<InstructionTasks> {
  requireSeq(seq);
  const examples: InstructionExample[] = [];
  let leftOut = 0;
  for await (const record of records) {
    const example = encodeInstruction(tokenizer, record, { maskPrompt });
    // The first token of a row is never predicted.
    const learns = example.labels.subarray(1, seq).some((label) => label !== IGNORED_LABEL);
    if (learns) examples.push(example);
    else leftOut++;
  }
  if (examples.length === 0) {
    throw new RangeError(
      `Cannot train on "${name}": none of its ${leftOut} tasks has an answer within ${seq} tokens: raise 'seq'`,
    );
  }
  const padId = tokenizer.eosId ?? 0;
  return {
    name,
    fingerprint: fingerprintOf(examples),
    seq,
    rows: examples.length,
    largestId: largestId(examples, padId),
    leftOut,
    at: ({ index, batch, seed }) =>
      trainingBatch(instructionBatchAt(examples, { step: index, batch, seed, seq, padId }), seq),
  };
}

function requireSeq(seq: number): void {
  if (Number.isInteger(seq) && seq >= 2) return;
  throw new RangeError(`'seq' must be an integer of at least 2: current value is ${seq}`);
}

// A row's label t says what the token t is; the weight t - 1 belongs to its prediction.
function trainingBatch(
  { tokensBT, labelsBT, examples }: ReturnType<typeof instructionBatchAt>,
  seq: number,
): TrainingBatch {
  const batch = examples.length;
  const weights = new Float32Array(batch * (seq - 1));
  for (let row = 0; row < batch; row++) {
    for (let t = 1; t < seq; t++) {
      if (labelsBT[row * seq + t] !== IGNORED_LABEL) weights[row * (seq - 1) + t - 1] = 1;
    }
  }
  return { tokensBT, batch, weights };
}

function fingerprintOf(examples: readonly InstructionExample[]): string {
  const hash = createHash("sha256");
  for (const { tokens, labels } of examples) {
    hash.update(Int32Array.of(tokens.length));
    hash.update(tokens);
    hash.update(labels);
  }
  return hash.digest("hex");
}

function largestId(examples: readonly InstructionExample[], padId: number): number {
  return examples.reduce(
    (largest, { tokens }) => tokens.reduce((most, id) => Math.max(most, id), largest),
    padId,
  );
}
