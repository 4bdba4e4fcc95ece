import { assert, assertEquals, assertLessOrEqual, assertThrows } from "@std/assert";
import { engine, tf } from "../../mod.ts";
import type { ForwardPass } from "../../lib/model/forward_pass.ts";
import { plainLinear } from "../../lib/model/linear.ts";
import { hiddenStates, llama, logitsOf } from "../../lib/model/llama.ts";
import type { LlamaModel } from "../../lib/model/load_model.ts";
import { makePositions } from "../../lib/model/positions.ts";
import { tokenLosses } from "../../lib/model/token_losses.ts";
import { loadTiny, maxDifference, readExpected, TINY_MODELS, valuesOf } from "./tiny_model.ts";

// Logits reach about 10, and float32 sums of other order differ in the seventh digit.
const TOLERANCE = 2e-5;

function passOf({ config, parameters, linear }: LlamaModel, length: number): ForwardPass {
  return { config, parameters, linear, positions: makePositions(config, length) };
}

function idsOf(ids: Int32Array): tf.Tensor2D {
  return tf.tensor2d(ids, [2, 20], "int32");
}

for (const name of TINY_MODELS) {
  Deno.test(`llama() gives the logits of transformers, eager and compiled: ${name}`, async () => {
    using model = await loadTiny(name);
    const expected = await readExpected(name);
    const pass = passOf(model, 20);
    const ids = idsOf(expected.ids);
    const eager = valuesOf(tf.tidy(() => llama(ids, pass)));
    assertLessOrEqual(maxDifference(eager, expected.logits), TOLERANCE);
    const compiled = engine.compile((input: tf.Tensor2D) => llama(input, pass));
    assertLessOrEqual(maxDifference(valuesOf(compiled(ids)), expected.logits), TOLERANCE);
    compiled.dispose();
  });
}

Deno.test("llama() has the loss and the gradients of PyTorch, eager and compiled", async () => {
  using model = await loadTiny("grouped-untied");
  const { ids, loss, gradients } = await readExpected("grouped-untied");
  const names = [...gradients.keys()];
  const { config, positions } = passOf(model, 20);
  assertEquals(names.toSorted(), [...model.parameters.keys()].toSorted());
  const run = (input: tf.Tensor2D) => {
    const { value, grads } = tf.valueAndGrads((...weights: tf.Tensor[]) => {
      const parameters = new Map(names.map((name, i) => [name, weights[i] as tf.Tensor]));
      const linear = plainLinear(parameters);
      const logits = llama(input, { config, parameters, linear, positions });
      const rows = tf.reshape(tf.slice(logits, [0, 0, 0], [2, 19, -1]), [38, config.vocabSize]);
      const targets = tf.reshape(tf.slice(input, [0, 1], [2, 19]), [38]);
      return tf.mean(tokenLosses(rows as tf.Tensor2D, targets as tf.Tensor1D));
    })(names.map((name) => model.parameters.get(name) as tf.Tensor));
    return [value, ...grads];
  };
  const compiled = engine.compile(run);
  for (const results of [tf.tidy(() => run(idsOf(ids))), compiled(idsOf(ids))]) {
    const [value, ...grads] = results.map(valuesOf);
    assertLessOrEqual(Math.abs((value?.[0] ?? NaN) - (loss ?? NaN)), 1e-5);
    names.forEach((name, i) => {
      const wanted = gradients.get(name) ?? [];
      const error = maxDifference(grads[i] ?? [], wanted);
      assert(error <= 1e-5, `${name}: ${error}`);
    });
  }
  compiled.dispose();
});

Deno.test("llama() is hiddenStates() and then logitsOf(), which takes any part of them", async () => {
  using model = await loadTiny("tied-biases");
  const { ids, logits } = await readExpected("tied-biases");
  const pass = passOf(model, 20);
  const V = model.config.vocabSize;
  const part = tf.tidy(() => {
    const hidden = hiddenStates(idsOf(ids), pass);
    assertEquals(hidden.shape, [2, 20, 16]);
    return logitsOf(tf.slice(hidden, [1, 7, 0], [1, 3, -1]), pass);
  });
  assertEquals(part.shape, [1, 3, V]);
  assertLessOrEqual(maxDifference(valuesOf(part), logits.slice(27 * V, 30 * V)), TOLERANCE);
});

Deno.test("every linear layer goes through the one door", async () => {
  using model = await loadTiny("grouped-untied");
  const { ids } = await readExpected("grouped-untied");
  const seen: string[] = [];
  const pass: ForwardPass = {
    ...passOf(model, 20),
    linear: (name, x) => {
      seen.push(name);
      return model.linear(name, x);
    },
  };
  valuesOf(tf.tidy(() => llama(idsOf(ids), pass)));
  const weights = [...model.parameters.keys()].filter((name) => /proj|lm_head/.test(name));
  assertEquals(seen.length, weights.length);
  assertEquals(seen.toSorted(), weights.map((name) => name.replace(".weight", "")).toSorted());
});

Deno.test("hiddenStates() refuses sequences that its positions are not made for", async () => {
  using model = await loadTiny("tied-biases");
  const pass = passOf(model, 8);
  const { message } = assertThrows(
    () => hiddenStates(tf.zeros([1, 9], "int32"), pass),
    RangeError,
  );
  assertEquals(message, "The positions are made for 8 tokens: current value is 9");
});

Deno.test("makePositions() refuses sequences over the model's limit", async () => {
  using model = await loadTiny("tied-biases");
  const { message } = assertThrows(() => makePositions(model.config, 65), RangeError);
  assertEquals(
    message,
    "A sequence must have 1 to 64 tokens, the model's limit: current value is 65",
  );
});

Deno.test("a forward pass leaves no tensor behind", async () => {
  using model = await loadTiny("grouped-untied");
  const { ids } = await readExpected("grouped-untied");
  const pass = passOf(model, 20);
  const input = idsOf(ids);
  const before = tf.memory().numTensors;
  valuesOf(tf.tidy(() => llama(input, pass)));
  assertEquals(tf.memory().numTensors, before);
});
