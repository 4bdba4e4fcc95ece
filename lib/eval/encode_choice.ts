import type { ChoiceQuestion } from "../data/choice_questions.ts";
import type { Tokenizer } from "../data/tokenizer.ts";

/** A choice behind its context, as tokens. */
export interface EncodedChoice {
  /** Context and choice. */
  readonly ids: Int32Array;
  /** Where the choice begins in `ids`, at least 1. */
  readonly first: number;
  /** How many tokens were cut from the front of the context. */
  readonly cut: number;
}

/** Options for {@linkcode encodeChoice}. */
export interface EncodeChoiceOptions {
  /** The most tokens that the model sees at once. */
  readonly seq: number;
  /** Put BOS in front of a context. */
  readonly bos: boolean;
}

/**
 * Encodes a choice as the LM Evaluation Harness does: context and choice as one text, white space between
 * them counted to the choice, the choice's tokens those behind the tokens of the context alone. A context
 * that is too long loses its beginning.
 *
 * @throws {RangeError} If the choice has no token of its own, or more than `seq`, or there is nothing that
 * could stand in front of it.
 */
export function encodeChoice(
  tokenizer: Tokenizer,
  { context, choice }: Pick<ChoiceQuestion, "context"> & { readonly choice: string },
  { seq, bos }: EncodeChoiceOptions,
): EncodedChoice {
  const stem = context.trimEnd();
  const text = context.slice(stem.length) + choice;
  const { ids, first } = stem === ""
    ? behindNothing(tokenizer, text)
    : behindContext(tokenizer, { stem, text, bos });
  const tokens = ids.length - first;
  if (tokens < 1 || choice.trim() === "") {
    throw new RangeError(`The choice ${JSON.stringify(choice)} has no token of its own`);
  }
  if (tokens > seq) {
    throw new RangeError(
      `The choice ${JSON.stringify(choice)} has ${tokens} tokens: 'seq' allows ${seq}`,
    );
  }
  // What the last token is followed by is not asked, so it is not seen.
  const cut = Math.max(0, ids.length - 1 - seq);
  return { ids: ids.subarray(cut), first: first - cut, cut };
}

type Joined = Pick<EncodedChoice, "ids" | "first">;

function behindContext(
  tokenizer: Tokenizer,
  { stem, text, bos }: { readonly stem: string; readonly text: string; readonly bos: boolean },
): Joined {
  const ids = tokenizer.encode(stem + text, { bos });
  return { ids, first: tokenizer.encode(stem, { bos }).length };
}

function behindNothing(tokenizer: Tokenizer, text: string): Joined {
  const front = tokenizer.bosId ?? tokenizer.eosId;
  if (front === undefined) {
    throw new RangeError("A choice without context needs a tokenizer with BOS or EOS");
  }
  const tokens = tokenizer.encode(text);
  const ids = new Int32Array(1 + tokens.length);
  ids[0] = front;
  ids.set(tokens, 1);
  return { ids, first: 1 };
}
