import { assertEquals, assertLessOrEqual, assertRejects, assertStringIncludes } from "@std/assert";
import { tf } from "../../mod.ts";
import { Decoder } from "../../lib/model/decoder.ts";
import { loadTiny, maxDifference, readExpected } from "./tiny_model.ts";

// Two float32 sums of other shape; see llama_test.ts.
const TOLERANCE = 2e-5;

for (const name of ["grouped-untied", "sliding-window"] as const) {
  Deno.test(`Decoder.take() gives the logits of the full pass, token by token: ${name}`, async () => {
    using model = await loadTiny(name);
    const { ids, logits } = await readExpected(name);
    const V = model.config.vocabSize;
    for (const compile of [false, true]) {
      using decoder = new Decoder(model, { length: 20, compile });
      for (let t = 0; t < 20; t++) {
        const wanted = logits.subarray(t * V, (t + 1) * V);
        assertLessOrEqual(maxDifference(await decoder.take([ids[t] ?? 0]), wanted), TOLERANCE);
      }
    }
  });

  Deno.test(`Decoder.take() gives the logits of the full pass in pieces: ${name}`, async () => {
    using model = await loadTiny(name);
    const { ids, logits } = await readExpected(name);
    const V = model.config.vocabSize;
    using decoder = new Decoder(model, { length: 20 });
    for (const [begin, end] of [[0, 7], [7, 8], [8, 15], [15, 20]] as const) {
      const last = await decoder.take(ids.subarray(begin, end));
      assertLessOrEqual(maxDifference(last, logits.subarray((end - 1) * V, end * V)), TOLERANCE);
    }
    assertEquals(decoder.taken, 20);
  });
}

Deno.test("Decoder.reset() forgets an earlier sequence, also a longer one", async () => {
  using model = await loadTiny("grouped-untied");
  const { ids } = await readExpected("grouped-untied");
  using fresh = new Decoder(model, { length: 20, compile: false });
  using used = new Decoder(model, { length: 20, compile: false });
  await used.take(ids.subarray(20, 40));
  used.reset();
  const prompt = ids.subarray(0, 5);
  assertEquals(await used.take(prompt), await fresh.take(prompt));
});

Deno.test("Decoder.take() refuses no tokens, too many, and unknown ones", async () => {
  using model = await loadTiny("grouped-untied");
  using decoder = new Decoder(model, { length: 3, compile: false });
  await decoder.take([5]);
  for (const ids of [[], [1, 2, 3]]) {
    const { message } = await assertRejects(() => decoder.take(ids), RangeError);
    assertEquals(message, `The decoder can take 1 to 2 tokens: current value is ${ids.length}`);
  }
  const { message } = await assertRejects(() => decoder.take([51]), RangeError);
  assertStringIncludes(message, "below 51");
  assertEquals(decoder.taken, 1);
});

Deno.test("a decoder frees all that it made", async () => {
  using model = await loadTiny("grouped-untied");
  const before = tf.memory().numTensors;
  {
    using decoder = new Decoder(model, { length: 8 });
    await decoder.take([5, 6]);
    await decoder.take([7]);
  }
  assertEquals(tf.memory().numTensors, before);
});
