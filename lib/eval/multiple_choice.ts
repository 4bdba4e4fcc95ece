import type { ChoiceQuestion } from "../data/choice_questions.ts";
import { tf } from "../engine/tf.ts";
import { eventTurn } from "../io/event_turn.ts";
import { requireLength } from "../model/positions.ts";
import { requireTokens } from "../model/require_tokens.ts";
import { ChoiceLikelihoods } from "./choice_likelihoods.ts";
import { likeliestChoices } from "./choices.ts";
import { encodeChoice, type EncodedChoice } from "./encode_choice.ts";
import type { ScoringModel } from "./perplexity.ts";

/** Options for {@linkcode multipleChoice}. */
export interface MultipleChoiceOptions {
  /** The most tokens that the model sees at once. Default: what the model allows. */
  readonly seq?: number;
  /**
   * Put BOS in front of a context. Default: what the model's own files do, as newer versions of the harness
   * have it; those of the papers' time put none.
   */
  readonly bos?: boolean;
  /** Called after each question. */
  readonly onProgress?: (progress: MultipleChoiceProgress) => void;
  /** Stops between questions. */
  readonly signal?: AbortSignal;
}

/** How far a measurement is. */
export interface MultipleChoiceProgress {
  readonly phase: "questions";
  readonly done: number;
  readonly total: number;
  readonly unit: "questions";
}

/** A share of questions. */
export interface Share {
  readonly value: number;
  /** The standard error, `sqrt(p (1 - p) / (n - 1))`; `null` for a single question. */
  readonly error: number | null;
}

/** What a model answered. */
export interface MultipleChoiceResult {
  /** The share of questions whose likeliest choice is the right one (`acc`). */
  readonly accuracy: Share;
  /** The same with log-likelihoods divided by the choices' lengths in bytes (`acc_norm`). */
  readonly accuracyByLength: Share;
  readonly questions: number;
  /** Questions whose context lost its beginning. */
  readonly cut: number;
  /** The log-likelihoods of each question's choices, nats. */
  readonly logLikelihoods: readonly (readonly number[])[];
  /** How it was measured. */
  readonly protocol: { readonly seq: number; readonly bos: boolean };
}

/**
 * Asks a model questions: of each question's choices it takes that with the highest log-likelihood behind
 * the context, as the LM Evaluation Harness does for multiple choice.
 *
 * Lengths are those of choices without the white space in front; the harness counts letters, which are the
 * same in ASCII.
 *
 * @throws {RangeError} If there is no question, `seq` is above the model's limit, an answer is none of the
 * choices, or a choice cannot be encoded; the message names the question.
 */
export async function multipleChoice(
  model: ScoringModel,
  questions: readonly ChoiceQuestion[],
  {
    seq = model.config.maxPositions,
    bos = model.tokenizer.addsBos,
    onProgress,
    signal,
  }: MultipleChoiceOptions = {},
): Promise<MultipleChoiceResult> {
  if (questions.length === 0) throw new RangeError("There is no question to ask");
  requireLength(model.config, seq);
  // All of them first, so that the last one's mistake costs no time.
  const encoded = questions.map((question, i) =>
    encodeQuestion(question, { model, seq, bos, place: i })
  );
  using likelihoods = new ChoiceLikelihoods(model, seq);
  const found: number[][] = [];
  for (const choices of encoded) {
    await eventTurn();
    signal?.throwIfAborted();
    const values: number[] = [];
    for (const choice of choices) values.push(await likelihoods.of(choice));
    requireNumbers(values, found.length);
    found.push(values);
    const [done, total] = [found.length, questions.length];
    onProgress?.({ phase: "questions", done, total, unit: "questions" });
  }
  return {
    accuracy: shareOfRight(questions, predictions(found)),
    accuracyByLength: shareOfRight(questions, predictions(found, questions)),
    questions: questions.length,
    cut: encoded.filter((choices) => choices.some(({ cut }) => cut > 0)).length,
    logLikelihoods: found,
    protocol: { seq, bos },
  };
}

// The largest of what are no numbers would be taken for an answer.
function requireNumbers(values: readonly number[], place: number): void {
  if (values.every(Number.isFinite)) return;
  throw new RangeError(
    `Question ${place + 1}: the model's log-likelihoods are no numbers: ${values.join(", ")}`,
  );
}

interface EncodeQuestionOptions {
  readonly model: ScoringModel;
  readonly seq: number;
  readonly bos: boolean;
  readonly place: number;
}

function encodeQuestion(
  { context, choices, answer }: ChoiceQuestion,
  { model: { config, tokenizer }, seq, bos, place }: EncodeQuestionOptions,
): EncodedChoice[] {
  if (choices[answer] === undefined) {
    throw new RangeError(
      `Question ${
        place + 1
      }: 'answer' must be an index of its ${choices.length} choices: current value is ${answer}`,
    );
  }
  return choices.map((choice) => {
    try {
      const encoded = encodeChoice(tokenizer, { context, choice }, { seq, bos });
      requireTokens(encoded.ids, config);
      return encoded;
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new RangeError(`Question ${place + 1}: ${cause.message}`, { cause });
    }
  });
}

function predictions(
  found: readonly (readonly number[])[],
  questions?: readonly ChoiceQuestion[],
): Int32Array {
  const most = found.reduce((least, { length }) => Math.max(least, length), 0);
  return tf.tidy(() => {
    const rows = found.map((values) => filled(values, most, -Infinity));
    const bytes = questions?.map(({ choices }) => filled(choices.map(byteLength), most, 1));
    const best = likeliestChoices(
      tf.tensor2d(rows),
      bytes && tf.tensor2d(bytes, undefined, "int32"),
    );
    return Int32Array.from(best.dataSync());
  });
}

function filled(values: readonly number[], length: number, value: number): number[] {
  return Array.from({ length }, (_, i) => values[i] ?? value);
}

function byteLength(choice: string): number {
  return new TextEncoder().encode(choice.trimStart()).length;
}

function shareOfRight(questions: readonly ChoiceQuestion[], predicted: Int32Array): Share {
  const count = questions.length;
  const value = questions.filter(({ answer }, i) => answer === predicted[i]).length / count;
  return { value, error: count > 1 ? Math.sqrt(value * (1 - value) / (count - 1)) : null };
}
