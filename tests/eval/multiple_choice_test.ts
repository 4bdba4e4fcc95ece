import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { tf } from "../../mod.ts";
import { multipleChoice } from "../../lib/eval/multiple_choice.ts";
import { llama } from "../../lib/model/llama.ts";
import type { LlamaModel } from "../../lib/model/load_model.ts";
import { makePositions } from "../../lib/model/positions.ts";
import { tokenLosses } from "../../lib/model/token_losses.ts";
import { loadTiny } from "../model/tiny_model.ts";

const model = await loadTiny("grouped-untied");
const QUESTIONS = [
  { context: "once upon", choices: [" a time", " a", " there was a cat"], answer: 0 },
  { context: "it sat on ", choices: ["a mat", "me"], answer: 1 },
];
const TENSORS_BEFORE = tf.memory().numTensors;
// Compiling takes most of the time: most tests look at one result.
const RESULT = await multipleChoice(model, QUESTIONS);

/** The log-likelihood by a forward pass of exactly these tokens, with nothing behind them. */
function direct({ tokenizer, ...parts }: LlamaModel, context: string, choice: string): number {
  const ids = tokenizer.encode(context + choice);
  const first = tokenizer.encode(context.trimEnd()).length;
  return tf.tidy(() => {
    const positions = makePositions(parts.config, ids.length);
    const logits = llama(tf.tensor2d(ids, [1, ids.length], "int32"), { ...parts, positions });
    const rows = tf.reshape(logits, [ids.length, -1]) as tf.Tensor2D;
    const count = ids.length - first;
    const losses = tokenLosses(
      tf.slice(rows, [first - 1, 0], [count, -1]),
      tf.tensor1d(ids.subarray(first), "int32"),
    );
    return -(tf.sum(losses).dataSync()[0] ?? NaN);
  });
}

Deno.test("multipleChoice() sums the log-likelihoods of the choices' tokens", () => {
  const { logLikelihoods, questions, cut } = RESULT;
  assertEquals([questions, cut, tf.memory().numTensors], [2, 0, TENSORS_BEFORE]);
  for (const [i, { context, choices }] of QUESTIONS.entries()) {
    for (const [k, choice] of choices.entries()) {
      const expected = direct(model, context, choice);
      assertAlmostEquals(logLikelihoods[i]?.[k] ?? NaN, expected, 1e-4 * Math.abs(expected));
    }
  }
});

Deno.test("multipleChoice() takes the likeliest choice, also by the bytes of a choice", async () => {
  const { logLikelihoods, accuracy, accuracyByLength } = RESULT;
  const best = (values: readonly number[]) => values.indexOf(Math.max(...values));
  const share = (lengthOf: (choice: string) => number) => {
    const right = QUESTIONS.filter(({ choices, answer }, i) =>
      best(choices.map((choice, k) => (logLikelihoods[i]?.[k] ?? NaN) / lengthOf(choice))) ===
        answer
    );
    return right.length / QUESTIONS.length;
  };
  assertEquals(accuracy.value, share(() => 1));
  assertEquals(accuracyByLength.value, share((choice) => choice.trimStart().length));
  const { value } = accuracy;
  assertEquals(accuracy.error, Math.sqrt(value * (1 - value)));
  const alone = await multipleChoice(model, QUESTIONS.slice(1));
  assertEquals(alone.accuracy.error, null);
});

Deno.test("multipleChoice() cuts long contexts, and counts them", async () => {
  const long = { context: "once upon a time there was a cat", choices: [" a", " b"], answer: 0 };
  const { cut, logLikelihoods } = await multipleChoice(model, [...QUESTIONS, long], { seq: 24 });
  assertEquals([cut, logLikelihoods[2]?.every(Number.isFinite)], [1, true]);
});

Deno.test("multipleChoice() says which question is wrong", async () => {
  const ask = (question: object) => () =>
    multipleChoice(model, [QUESTIONS[0]!, { ...QUESTIONS[1]!, ...question }]);
  await assertRejects(ask({ answer: 2 }), RangeError, "Question 2: 'answer'");
  await assertRejects(ask({ choices: ["a", ""] }), RangeError, "Question 2: The choice");
  await assertRejects(() => multipleChoice(model, []), RangeError, "no question");
  await assertRejects(() => multipleChoice(model, QUESTIONS, { seq: 65 }), RangeError, "65");
});

Deno.test("multipleChoice() stops between questions", async () => {
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error("enough"));
  const asked = () => multipleChoice(model, QUESTIONS, { onProgress, signal: stop.signal });
  await assertRejects(asked, Error, "enough");
});

Deno.test("multipleChoice() refuses a model without numbers instead of taking one for an answer", async () => {
  const linear: typeof model.linear = (name, x) =>
    name === "lm_head" ? tf.mul(model.linear(name, x), NaN) as tf.Tensor2D : model.linear(name, x);
  await assertRejects(
    () => multipleChoice({ ...model, linear }, QUESTIONS),
    RangeError,
    "Question 1: the model's log-likelihoods are no numbers: NaN",
  );
});
