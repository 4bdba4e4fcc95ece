import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import {
  clampedScales,
  diagnoseLayer,
  rememberStart,
  roundingShares,
} from "../../lib/methods/diagnostics.ts";
import { type LinearState, makeState, stateTensor } from "../../lib/methods/linear_state.ts";
import { type CodedWeight, codedWeight } from "../../lib/methods/linear_weight.ts";
import { lrQat, type LrQatForm } from "../../lib/methods/lr_qat.ts";
import { lsq, type LsqForm } from "../../lib/methods/lsq.ts";
import type { Method } from "../../lib/methods/method.ts";
import { numbersEntry } from "../../lib/methods/runtime_numbers.ts";
import { signedGrid } from "../../lib/quant/grid.ts";

await start({ backend: "tensorflow" });

// Two rows of four on the 3-bit grid from -4 to 3: 5 is above it and -5 below; 0.5 and 2.5 are ties.
const RATIOS = [[0.5, 5, -4, 1], [-5, 2.5, 3, 0.25]];

function lsqState(scales: readonly number[]): LinearState<LsqForm> {
  const scale = tf.tensor2d([...scales], [2, 1]);
  return makeState<LsqForm>({
    layer: "hand",
    shape: [2, 4],
    form: { scaleFormat: "portable", recompute: true },
  }, {
    weight: { role: "weight", value: tf.mul(tf.tensor2d(RATIOS), tf.abs(scale)) },
    s: { role: "scale", value: scale },
    numbers: numbersEntry(signedGrid(3)),
  });
}

function lrQatState(): LinearState<LrQatForm> {
  return makeState<LrQatForm>({
    layer: "hand",
    shape: [2, 4],
    form: { phi: "fp32", scaleFormat: "float32", kept: "none" },
  }, {
    phi: { role: "frozen", value: tf.tensor2d(RATIOS) },
    s: { role: "scale", value: tf.ones([2, 1]) },
    numbers: numbersEntry(signedGrid(3)),
  });
}

function coded(codes: number[][], scales: number[]): CodedWeight {
  const [codesOI, scale] = [tf.tensor2d(codes), tf.tensor2d(scales, [2, 1])];
  return codedWeight(3, { codesOI, scale });
}

Deno.test("diagnoseLayer() tells changed, outermost and clipped codes, and how scales moved", async () => {
  const state = lsqState([0.5, 0.25]);
  using start = rememberStart(coded([[0, 3, -4, 2], [-4, 2, 3, 1]], [0.4, 0.25]));
  if (!start) throw new Error("A coded weight has codes");
  const merged = lsq.merge(state);
  assertEquals([...merged.codesOI.dataSync()], [0, 3, -4, 1, -4, 2, 3, 0]);
  const found = await diagnoseLayer(merged, { start, state, method: lsq as Method });
  assertEquals(found.changedCodes, 2 / 8);
  assertEquals(found.boundaryCodes, 4 / 8);
  assertEquals(found.clippedCodes, 2 / 8);
  assertAlmostEquals(found.scaleChange, (0.5 / 0.4 - 1) / 2, 1e-6);
  assertEquals(found.clampedScales, 0);
});

Deno.test("diagnoseLayer() says null where a method's codes are frozen, and refuses floats", async () => {
  const weight = coded(RATIOS.map((row) => row.map(() => 1)), [1, 1]);
  using start = rememberStart(weight);
  if (!start) throw new Error("A coded weight has codes");
  const state = lsqState([1, 1]);
  const { clipped: _, ...method } = lsq as Method;
  const found = await diagnoseLayer(weight, { start, state, method });
  assertEquals([found.clippedCodes, found.changedCodes], [null, 0]);
  const float = { kind: "float", wOI: tf.ones<tf.Rank.R2>([2, 4]) } as const;
  assertEquals(rememberStart(float), undefined);
  await assertRejects(
    () => diagnoseLayer(float, { start, state, method }),
    RangeError,
    "Layer hand has no codes",
  );
});

Deno.test("clampedScales() adds up the scales that training drove below their format's floor", async () => {
  const floor = 2 ** -14;
  const states = new Map([
    ["a", lsqState([-1, floor])],
    ["b", lsqState([floor / 2, 0.5])],
  ]);
  assertEquals(await clampedScales({ states }), 2);
  const scale = lsq.merge(states.get("a") as LinearState<LsqForm>).scale.dataSync();
  assertEquals([...scale], [floor, floor]);
});

Deno.test("roundingShares() counts ties and what rounds to beyond the grid", async () => {
  const state = lrQatState();
  assertEquals(await roundingShares(state), { ties: 2 / 8, clipped: 2 / 8 });
  assertEquals(
    [...(lrQat.clipped?.(state).dataSync() ?? [])],
    [0, 1, 0, 0, 1, 0, 0, 0],
  );
  assertEquals(stateTensor(state, "phi").shape, [2, 4]);
});
