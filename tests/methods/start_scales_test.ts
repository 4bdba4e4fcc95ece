import { assertEquals } from "@std/assert";
import { start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { l4q } from "../../lib/methods/l4q.ts";
import { resolveSettings } from "../../lib/methods/settings.ts";
import { normalTensor } from "../../lib/model/random.ts";
import { SCALE_FORMATS } from "../../lib/quant/scale_format.ts";

await start({ backend: "tensorflow" });

const SHAPE = [64, 512] as const;

for (const scaleStart of ["l4q", "asymm"] as const) {
  Deno.test(`the start ${scaleStart} clips no weight in any format`, () => {
    for (const scaleFormat of SCALE_FORMATS) {
      for (const bits of [2, 3, 4, 8]) {
        assertEquals(
          clippedOf({ scaleStart, scaleFormat, bits }),
          0,
          `${scaleFormat}, ${bits} bits`,
        );
      }
    }
  });
}

Deno.test("the start asymm has the range of the weights to within what its format rounds", () => {
  const wOI = weights();
  const { state } = prepared({ scaleStart: "asymm", scaleFormat: "float32", bits: 4 }, wOI);
  const [scale, offset] = ["s", "b"].map((name) => state.tensors.get(name)!.variable.dataSync());
  const rows = wOI.arraySync().flatMap((row) =>
    [0, 128, 256, 384].map((from) => row.slice(from, from + 128))
  );
  rows.forEach((group, k) => {
    const [low, high] = [Math.min(...group), Math.max(...group)];
    const step = (high - low) / 15;
    assertEquals(Math.abs(offset![k]! - 8 * scale![k]! - low) < 1e-3 * step, true);
    assertEquals(Math.abs(offset![k]! + 7 * scale![k]! - high) < 1e-3 * step, true);
  });
});

interface Start {
  readonly scaleStart: "l4q" | "asymm";
  readonly scaleFormat: typeof SCALE_FORMATS[number];
  readonly bits: number;
}

/** Groups of weights about zero, and some that lie beside it. */
function weights(): tf.Tensor2D {
  const normal = normalTensor<tf.Rank.R2>([...SHAPE], { seed: 3, name: "w", deviation: 0.02 });
  const beside = tf.range(0, SHAPE[0]).mul(0.001).reshape([SHAPE[0], 1]);
  return tf.add(normal, beside);
}

function prepared(start: Start, wOI: tf.Tensor2D) {
  const settings = resolveSettings(l4q, { ...start, rank: 2, granularity: "g128" });
  return { state: l4q.prepare(wOI, { layer: "layer", settings }) };
}

function clippedOf(start: Start): number {
  return tf.tidy(() => {
    const { state } = prepared(start, weights());
    return tf.sum(tf.cast(l4q.clipped!(state), "float32")).dataSync()[0] ?? NaN;
  });
}
