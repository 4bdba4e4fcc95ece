import { assertAlmostEquals, assertEquals } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import { likeliestChoices, logLikelihoods } from "../../lib/eval/choices.ts";

await engine.start({ backend: "tensorflow" });

Deno.test("logLikelihoods() sums the tokens that count and leaves padding out", () => {
  // One question, two choices of at most two tokens, three tokens in the vocabulary.
  const logits = tf.tensor4d([0, 0, 0, 0, 0, Math.log(2), 0, 0, 0, 9, 9, 9], [1, 2, 2, 3]);
  const tokens = tf.tensor3d([0, 2, 1, 0], [1, 2, 2], "int32");
  const lengths = tf.tensor2d([2, 1], [1, 2], "int32");
  const values = logLikelihoods({ logits, tokens, lengths }).dataSync();
  assertAlmostEquals(values[0] ?? NaN, Math.log(1 / 3) + Math.log(2 / 4), 1e-6);
  assertAlmostEquals(values[1] ?? NaN, Math.log(1 / 3), 1e-6);
});

Deno.test("likeliestChoices() can divide by the choices' lengths in bytes", () => {
  const likelihoods = tf.tensor2d([-4, -6, -3, -10], [2, 2]);
  const bytes = tf.tensor2d([4, 12, 3, 5], [2, 2], "int32");
  const plain = likeliestChoices(likelihoods);
  const normed = likeliestChoices(likelihoods, bytes);
  assertEquals([...plain.dataSync()], [0, 0]);
  assertEquals([...normed.dataSync()], [1, 0]);
});
