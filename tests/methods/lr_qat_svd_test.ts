import { assert, assertLessOrEqual } from "@std/assert";
import { start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { disposeState, stateTensor } from "../../lib/methods/linear_state.ts";
import { lrQat, unroundedCodes } from "../../lib/methods/lr_qat.ts";
import { type MethodOptions, resolveSettings } from "../../lib/methods/settings.ts";
import { normalTensor } from "../../lib/model/random.ts";
import { divideGroups } from "../../lib/quant/granularity.ts";

await start({ backend: "tensorflow" });

const WEIGHT = normalTensor<tf.Rank.R2>([48, 96], { seed: 4, name: "weight", deviation: 0.05 });

/** The 2-norm of `Phi0 + (alpha/r) A B - W0 / s0`. */
function startError(options: MethodOptions): number {
  const settings = resolveSettings(lrQat, {
    bits: 3,
    rank: 8,
    alpha: 2,
    rangeCandidates: 5,
    ...options,
  });
  const state = lrQat.prepare(WEIGHT, { layer: "layer", settings });
  const error = tf.tidy(() => {
    const ratio = divideGroups(WEIGHT, stateTensor(state, "s"));
    return tf.norm(tf.sub(unroundedCodes(state), ratio)).dataSync()[0] ?? NaN;
  });
  disposeState(state);
  return error;
}

Deno.test("lr-qat's SVD start leaves the sum that is rounded at W0 / s0", () => {
  assertLessOrEqual(startError({ phi: "fp32", adapterStart: "svd" }), 1e-4);
});

Deno.test("lr-qat's SVD start gives back a part of what integer codes of 3 bits lose", () => {
  const [svd, kaiming] = (["svd", "kaiming"] as const).map((adapterStart) =>
    startError({ phi: "int", adapterStart })
  ) as [number, number];
  // Rank 8 of 48: an even share of the squared error would be 1/6, and the largest come first.
  assertLessOrEqual(svd ** 2, (1 - 8 / 48) * kaiming ** 2);
});

Deno.test("lr-qat's SVD start has factors of one size, neither of them zero", () => {
  const settings = resolveSettings(lrQat, { bits: 3, rank: 4, adapterStart: "svd" });
  const state = lrQat.prepare(WEIGHT, { layer: "layer", settings });
  const [a = 0, b = 0] = ["A", "B"].map((name) =>
    tf.norm(stateTensor(state, name)).dataSync()[0] ?? NaN
  );
  assert(a > 0 && Math.abs(a / b - 1) < 1e-3, `|A| is ${a}, |B| is ${b}`);
  disposeState(state);
});
