import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { compile, start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { endWarmup, l4q } from "../../lib/methods/l4q.ts";
import { type LinearState, stateTensor, trainablesOf } from "../../lib/methods/linear_state.ts";
import { applyWeight } from "../../lib/methods/linear_weight.ts";
import { lora } from "../../lib/methods/lora.ts";
import { lrQat } from "../../lib/methods/lr_qat.ts";
import { lsq } from "../../lib/methods/lsq.ts";
import { mergeLayer } from "../../lib/methods/merge.ts";
import type { Method } from "../../lib/methods/method.ts";
import { type MethodOptions, resolveSettings } from "../../lib/methods/settings.ts";
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

Deno.test("lsq's factor is one over the root of the weights of a scale times the largest code", () => {
  const weights = { tensor: 8 * 32, channel: 32, g16: 16 };
  for (const [granularity, count] of Object.entries(weights)) {
    const options: MethodOptions = { bits: 3, granularity, rangeCandidates: 2 };
    const [plainW, plain = []] = gradientsOf(lsq as Method, layerOf(lsq as Method, options));
    const factored = layerOf(lsq as Method, { ...options, lsqGradientScale: true });
    const [dW, ds] = gradientsOf(lsq as Method, factored);
    assertEquals(dW, plainW, granularity);
    // The root of a product in float32 is the nearest to within a unit in the last place.
    const factor = 1 / Math.sqrt(count * 3);
    plain.forEach((value, i) => assertAlmostEquals((ds?.[i] ?? NaN) / (value * factor), 1, 1e-6));
    assert(plain.some((value) => value !== 0), granularity);
  }
});

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

Deno.test("l4q in its warm-up has LoRA's gradients, and none for scales and offsets", () => {
  const options: MethodOptions = { rank: 2, alpha: 0.5 };
  const warm = layerOf(l4q as Method, { ...options, warmup: true, granularity: "g16" });
  const plain = layerOf(lora as Method, options);
  const [da, db, ds, doffset] = gradientsOf(l4q as Method, warm);
  gradientsOf(lora as Method, plain).forEach((expected, i) => {
    const found = [da, db][i] ?? [];
    const size = Math.hypot(...expected);
    const apart = Math.hypot(...expected.map((value, k) => value - (found[k] ?? NaN)));
    assertEquals(size > 0 && apart < 1e-5 * size, true, `${apart} of ${size}`);
  });
  assertEquals(new Set([...ds ?? [NaN], ...doffset ?? [NaN]]), new Set([0]));
});

Deno.test("a compiled l4q layer goes on after its warm-up without being compiled again", () => {
  const method = l4q as Method;
  const state = layerOf(method, { rank: 2, warmup: true, granularity: "g16" });
  const forward = compile((x: tf.Tensor2D) => method.apply(x, state));
  const identity = tf.eye(32) as tf.Tensor2D;
  const warm = forward(identity).dataSync();
  endWarmup(state as Parameters<typeof endWarmup>[0]);
  const quantized = forward(identity).dataSync();
  assertNotEquals(quantized, warm);
  assertEquals(forward.compiled.length, 1);
  const merged = mergeLayer(method, state);
  assertEquals(applyWeight(identity, merged).dataSync(), quantized);
  forward.dispose();
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
