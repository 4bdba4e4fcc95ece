import { assert, assertEquals, assertThrows } from "@std/assert";
import { engine, tf } from "../../../mod.ts";
import { fakeQuantizeAffine } from "../../../lib/quant/fake_quantize.ts";
import {
  perChannel,
  perGroup,
  perTensor,
  scaleShape,
  sumGroups,
} from "../../../lib/quant/granularity.ts";
import { signedGrid, unsignedGrid } from "../../../lib/quant/grid.ts";
import { absolutePower } from "../../../lib/quant/ranges/absolute_power.ts";
import { LP_EXPONENTS, lpRange, lpScale } from "../../../lib/quant/ranges/lp_search.ts";
import { minMaxRange, minMaxScale } from "../../../lib/quant/ranges/min_max.ts";
import { take, uniformValues } from "../values.ts";

await engine.start({ backend: "tensorflow" });

function weights(): tf.Tensor2D {
  return tf.tensor2d(uniformValues(9, { count: 6 * 48 }).map((x) => x ** 3 + 0.05), [6, 48]);
}

Deno.test("all candidates together are the range itself, so one candidate is min-max", () => {
  for (const granularity of [perTensor(), perChannel(), perGroup(16)]) {
    const options = { ...signedGrid(4), granularity };
    const { scale, k } = lpScale(weights(), { ...options, p: 2, candidates: 1 });
    assertEquals(take(scale), take(minMaxScale(weights(), options)));
    assertEquals(new Set(take(k)), new Set([1]));
    const affine = { ...unsignedGrid(4), granularity };
    const found = lpRange(weights(), { ...affine, p: 2, candidates: 1 });
    const { scale: s, zero } = minMaxRange(weights(), affine);
    assertEquals([take(found.scale), take(found.zero)], [take(s), take(zero)]);
  }
});

Deno.test("the error that a search gives is that of its scale, and no candidate has a smaller one", () => {
  for (const p of LP_EXPONENTS) {
    for (const granularity of [perTensor(), perChannel(), perGroup(12)]) {
      const w = weights();
      const options = { ...signedGrid(3), granularity };
      const shape = scaleShape(w.shape, granularity);
      const lossOf = (s: tf.Tensor) =>
        take(sumGroups(absolutePower(tf.sub(w, fakeQuantizeAffine(w, s, options)), p), shape));
      const { scale, loss } = lpScale(w, { ...options, p, candidates: 10 });
      const best = take(loss);
      lossOf(scale).forEach((value, i) => assert(Math.abs(value - best[i]!) <= 1e-5 * best[i]!));
      for (let k = 1; k <= 10; k++) {
        const tried = lossOf(tf.mul(minMaxScale(w, options), k / 10));
        tried.forEach((value, i) => assert(best[i]! <= value * (1 + 1e-5)));
      }
    }
  }
});

Deno.test("of equal errors the smallest range wins: a row of zeros gets the smallest scale", () => {
  const { scale, k, loss } = lpScale(tf.zeros([1, 8]), {
    ...signedGrid(4),
    granularity: perChannel(),
    p: 2.4,
  });
  assertEquals([take(scale), take(k), take(loss)], [[Math.fround(1e-8)], [1], [0]]);
});

Deno.test("a search leaves no tensor behind but its results", () => {
  const w = weights();
  const options = { ...unsignedGrid(3), granularity: perChannel(), p: 4, candidates: 7 };
  tf.dispose(lpRange(w, options));
  const before = tf.memory().numTensors;
  const found = lpRange(w, options);
  assertEquals(tf.memory().numTensors - before, 4);
  tf.dispose(found);
});

Deno.test("a search runs inside a compiled function too", () => {
  const options = { ...signedGrid(4), granularity: perGroup(16), p: 3.5, candidates: 5 };
  const search = engine.compile((w: tf.Tensor) => lpScale(w, options).k);
  assertEquals(take(search(weights())), take(lpScale(weights(), options).k));
  search.dispose();
});

Deno.test("absolutePower() is the power, for whole, half and other exponents", () => {
  const x = uniformValues(5, { count: 100, low: -3, high: 3 });
  for (const p of [...LP_EXPONENTS, 1, 1.3, 2.75]) {
    const values = take(absolutePower(tf.tensor1d(x), p));
    values.forEach((value, i) => {
      const expected = Math.abs(x[i]!) ** p;
      assert(Math.abs(value - expected) <= 3e-6 * expected);
    });
  }
  assertEquals(take(absolutePower(tf.tensor1d([0]), 2.4)), [0]);
});

Deno.test("an exponent or a number of candidates that makes no search is refused", () => {
  const options = { ...signedGrid(4), granularity: perChannel() };
  for (const p of [0.5, NaN, Infinity]) {
    assertThrows(() => lpScale(weights(), { ...options, p }), RangeError, `value is ${p}`);
  }
  for (const candidates of [0, 1.5]) {
    assertThrows(() => lpScale(weights(), { ...options, p: 2, candidates }), RangeError);
  }
});
