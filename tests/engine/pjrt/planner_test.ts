import { assertEquals, assertThrows } from "@std/assert";
import { engine, tf } from "../../../mod.ts";

// No backend is started here: planning needs none.

Deno.test("hollow() needs a backend that has hollow tensors, and says which", () => {
  assertThrows(() => engine.hollow([2, 2]), TypeError, "withPlanner()");
});

Deno.test("under the planner only small tensors have values", async () => {
  await engine.withPlanner(() => {
    assertEquals([...tf.add(tf.tensor1d([1, 2]), 3).dataSync()], [4, 5]);
    for (
      const large of [
        tf.fill([20_000], 0),
        tf.tile(tf.ones([10]), [2000]),
        tf.neg(tf.ones([20_000])),
      ]
    ) {
      assertThrows(() => large.dataSync(), TypeError, "hollow float32[20000]");
    }
  });
});

Deno.test("variables and tensors that were made under the planner end with it", async () => {
  const leaked = await engine.withPlanner(() => {
    tf.variable(tf.zeros([4096, 4096]), true, "under-the-planner");
    return { tensor: tf.mul(engine.hollow([3]), 2) };
  });
  assertEquals(Object.keys(tf.engine().registeredVariables), []);
  assertEquals(leaked.tensor.isDisposed, true);
  assertEquals(tf.engine().backendName ?? undefined, undefined);
  assertThrows(() => tf.add(1, 1), Error, "backend");
});

Deno.test("an error under the planner leaves the engine as it was", async () => {
  let message = "";
  try {
    await engine.withPlanner(() => {
      throw new RangeError("on purpose");
    });
  } catch (error) {
    message = String(error);
  }
  assertEquals(message, "RangeError: on purpose");
  assertThrows(() => engine.hollow([1]), TypeError, "withPlanner()");
});

Deno.test("large tensors of one element that a planned function makes are no inputs of it", async () => {
  const plan = await engine.plan(
    (x: tf.Tensor) => tf.add(x, tf.ones([300, 300])) as tf.Tensor,
    [{ shape: [300, 300] }],
  );
  assertEquals(plan.inputs.length, 1);
});

Deno.test("plans that are asked for at once share the planner, and leave it together", async () => {
  const specs = [[10, 10], [20, 20]].map((shape) => ({ shape }));
  const plans = await Promise.all(specs.map((spec) => engine.plan(tf.square, [spec])));
  assertEquals(plans.map(({ argumentBytes }) => argumentBytes), [400, 1600]);
  assertThrows(() => engine.hollow([1]), TypeError, "withPlanner()");
});
