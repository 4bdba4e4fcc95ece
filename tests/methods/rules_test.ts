import { assertEquals, assertThrows } from "@std/assert";
import { start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { endWarmup, l4q } from "../../lib/methods/l4q.ts";
import { type LinearState, stateTensor, trainablesOf } from "../../lib/methods/linear_state.ts";
import { lrQat } from "../../lib/methods/lr_qat.ts";
import { lsq } from "../../lib/methods/lsq.ts";
import type { Method } from "../../lib/methods/method.ts";
import { type MethodOptions, resolveSettings } from "../../lib/methods/settings.ts";
import { truncatedSvd } from "../../lib/methods/truncated_svd.ts";
import { normalTensor } from "../../lib/model/random.ts";
import { disturb } from "./random_layer.ts";

await start({ backend: "tensorflow" });

for (const method of [lrQat, lsq] as Method[]) {
  Deno.test(`${method.name} has the same gradients whether codes are kept or made again`, () => {
    const options: MethodOptions = {
      bits: 3,
      rangeCandidates: 2,
      ...(method === lrQat as Method && { rank: 2 }),
    };
    const kept = gradientsOf(method, layerOf(method, options));
    const again = gradientsOf(method, layerOf(method, { ...options, recompute: true }));
    assertEquals(again, kept);
  });
}

Deno.test("lr-qat with 8 bits marks clipped codes beyond a byte", () => {
  const options: MethodOptions = { bits: 8, rank: 2, rangeCandidates: 2 };
  const kept = gradientsOf(lrQat as Method, layerOf(lrQat as Method, options));
  const again = layerOf(lrQat as Method, { ...options, recompute: true });
  assertEquals(gradientsOf(lrQat as Method, again), kept);
});

Deno.test("l4q in its warm-up is a float layer, and quantizes after endWarmup()", () => {
  const method = l4q as Method;
  const state = layerOf(method, { rank: 2, warmup: true, granularity: "g16" });
  const identity = tf.eye(32) as tf.Tensor2D;
  const scaled = tf.mul(stateTensor(state, "B"), 0.25) as tf.Tensor2D;
  const sum = tf.add(stateTensor(state, "weight"), tf.matMul(scaled, stateTensor(state, "A")));
  assertEquals(
    tf.transpose(method.apply(identity, state)).dataSync(),
    sum.dataSync(),
  );
  assertThrows(() => method.merge(state), RangeError, "endWarmup");
  endWarmup(state as Parameters<typeof endWarmup>[0]);
  const levels = new Set(tf.slice(method.apply(identity, state), [0, 0], [16, 1]).dataSync());
  assertEquals(levels.size <= 16, true, `${levels.size} levels`);
  assertEquals(method.merge(state).kind, "codes");
});

Deno.test("truncatedSvd() finds a matrix of the rank exactly", () => {
  const [left, right] = [[24, 3], [3, 40]].map((shape, i) =>
    normalTensor<tf.Rank.R2>(shape as [number, number], { seed: i, name: "svd", deviation: 1 })
  ) as [tf.Tensor2D, tf.Tensor2D];
  const matrix: tf.Tensor2D = tf.matMul(left, right);
  const { leftOR, rightRI } = truncatedSvd(matrix, { rank: 3, seed: 1 });
  const [error = Infinity] = tf.max(tf.abs(tf.sub(tf.matMul(leftOR, rightRI), matrix))).dataSync();
  assertEquals(error < 1e-4, true, `error ${error}`);
});

function layerOf(method: Method, options: MethodOptions): LinearState {
  const wOI = normalTensor<tf.Rank.R2>([8, 32], { seed: 5, name: "weight", deviation: 0.05 });
  const state = method.prepare(wOI, { layer: "layer", settings: resolveSettings(method, options) });
  disturb(state, 5);
  return state;
}

function gradientsOf(method: Method, state: LinearState): number[][] {
  const xNI = normalTensor<tf.Rank.R2>([4, 32], { seed: 6, name: "x", deviation: 1 });
  const variables = trainablesOf(state).map(({ variable }) => variable);
  const { grads } = tf.variableGrads(
    () => tf.sum(tf.square(method.apply(xNI, state))) as tf.Scalar,
    variables,
  );
  return variables.map(({ name }) => [...grads[name]?.dataSync() ?? []]);
}
