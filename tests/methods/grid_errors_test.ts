import { assertAlmostEquals, assertEquals } from "@std/assert";
import { start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { gridErrors, weightError } from "../../lib/methods/grid_errors.ts";
import { makeState } from "../../lib/methods/linear_state.ts";
import { lsq, type LsqForm } from "../../lib/methods/lsq.ts";
import type { Method } from "../../lib/methods/method.ts";
import { numbersEntry } from "../../lib/methods/runtime_numbers.ts";
import { signedGrid } from "../../lib/quant/grid.ts";

await start({ backend: "tensorflow" });

// In steps of 1/2 and 1/4 on the grid from -4 to 3: 5 is 2 above it, and -5 is 1 below.
const STEPS = [[0.5, 5, -4, 1], [-5, 2.5, 3, 0.25]];

function handState() {
  const scale = tf.tensor2d([0.5, 0.25], [2, 1]);
  return makeState<LsqForm>({
    layer: "hand",
    shape: [2, 4],
    form: { scaleFormat: "portable", recompute: true },
  }, {
    weight: { role: "weight", value: tf.mul(tf.tensor2d(STEPS), scale) },
    s: { role: "scale", value: scale },
    numbers: numbersEntry(signedGrid(3)),
  });
}

Deno.test("gridErrors() parts what rounding costs from what clipping costs", async () => {
  const state = handState();
  const found = await gridErrors(lsq.merge(state), { method: lsq as Method, state });
  // Rounded: 0.5 at 1/2; 0.5 and 0.25 at 1/4. Clipped: 2 at 1/2; 1 at 1/4.
  assertEquals(found, { quantization: 0.4375, clipping: 1.25 });
});

Deno.test("gridErrors() says nothing of a method that does not know what it quantized", async () => {
  const state = handState();
  const { target: _, ...frozen } = lsq;
  assertEquals(await gridErrors(lsq.merge(state), { method: frozen as Method, state }), undefined);
});

Deno.test("weightError() is relative, and counts an adapter beside the codes", async () => {
  const weight = lsq.merge(handState());
  const values = [[0, 1.5, -2, 0.5], [-1, 0.5, 0.75, 0]];
  assertEquals(await weightError(weight, tf.tensor2d(values)), 0);
  assertAlmostEquals(await weightError(weight, tf.mul(tf.tensor2d(values), 2)), 0.5, 1e-6);
  const adapter = {
    aRI: tf.tensor2d([[1, 0, 0, 0]]),
    bOR: tf.tensor2d([[1], [0]]),
    multiplier: tf.scalar(0.5),
  };
  const adapted = { kind: "adapted", base: weight, adapter } as const;
  const moved = values.map((row, k) => row.map((value, i) => value + (k + i === 0 ? 0.5 : 0)));
  assertEquals(await weightError(adapted, tf.tensor2d(moved)), 0);
});
