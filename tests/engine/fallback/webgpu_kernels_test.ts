import { assertEquals } from "@std/assert";
import type { DType } from "../../../lib/engine/dtype.ts";
import { numberConverter } from "../../../lib/engine/fallback/convert_number.ts";
import { castTarget } from "../../../lib/engine/fallback/number_format.ts";
import * as engine from "../../../lib/engine/mod.ts";
import { tf } from "../../../lib/engine/tf.ts";

const adapter = await navigator.gpu?.requestAdapter();
const ignore = !adapter;
const note = adapter ? "" : " (ignored: WebGPU finds no adapter)";

async function valuesOf(tensor: tf.Tensor): Promise<number[]> {
  return [...await tensor.data()];
}

const SAMPLES = Float32Array.from({ length: 4096 }, (_, i) => {
  // Signs, exponents and significands of all sizes, and ties: significands of few bits.
  const significand = 1 + (i % 64) / 64 + (i % 3 === 0 ? 2 ** -20 : 0);
  return (i % 2 === 0 ? 1 : -1) * significand * 2 ** (Math.floor(i / 32) - 64);
});

for (const dtype of ["float16", "bfloat16", "float8e4m3fn", "float8e5m2"] as const) {
  Deno.test({
    name: `cast on webgpu rounds to ${dtype} as on the host${note}`,
    ignore,
    fn: async () => {
      await engine.start({ backend: "webgpu" });
      const convert = numberConverter(castTarget(dtype).format);
      const special = [0, NaN, Infinity, -Infinity];
      const x = Float32Array.of(...SAMPLES, ...special);
      assertEquals(await valuesOf(engine.cast(tf.tensor1d(x), dtype)), Array.from(x, convert));
    },
  });
}

Deno.test({
  name: `cast on webgpu wraps integers as on the host${note}`,
  ignore,
  fn: async () => {
    await engine.start({ backend: "webgpu" });
    const x = Int32Array.from({ length: 600 }, (_, i) => i * 7919 - 2_000_000);
    for (const dtype of ["int8", "uint8", "int16", "int4", "uint4", "bool"] satisfies DType[]) {
      const convert = numberConverter(castTarget(dtype).format);
      const tensor = engine.cast(tf.tensor1d(x, "int32"), dtype);
      assertEquals(await valuesOf(tensor), Array.from(x, convert), dtype);
    }
  },
});

Deno.test({
  name: `prod on webgpu keeps dimensions for small tensors, too${note}`,
  ignore,
  fn: async () => {
    await engine.start({ backend: "webgpu" });
    assertEquals(tf.prod(tf.ones([2, 3]), 0, true).shape, [1, 3]);
    assertEquals(tf.prod(tf.ones([2, 3]), 1).shape, [2]);
  },
});

Deno.test({
  name: `reversed cumsum on webgpu is right for one length after another${note}`,
  ignore,
  fn: async () => {
    await engine.start({ backend: "webgpu" });
    for (const length of [4, 3, 7]) {
      // A first sum, so that the values are on the GPU and TF.js does not add them up on the CPU.
      const ones = tf.add(tf.ones([2000, length]), 0);
      const row = Array.from({ length }, (_, i) => length - i);
      const sums = await valuesOf(tf.cumsum(ones, 1, false, true));
      assertEquals(sums.slice(0, length), row);
      assertEquals(sums.slice(-length), row);
    }
  },
});
