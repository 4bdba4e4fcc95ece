import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { compile, start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import { assignState, disposeState, type LinearState } from "../../lib/methods/linear_state.ts";
import { lrQat, type LrQatForm } from "../../lib/methods/lr_qat.ts";
import { type MethodOptions, resolveSettings } from "../../lib/methods/settings.ts";
import { normalTensor } from "../../lib/model/random.ts";

await start({ backend: "tensorflow" });

function layer(options: MethodOptions, inputs = 32): LinearState<LrQatForm> {
  const settings = resolveSettings(lrQat, { rank: 2, rangeCandidates: 2, ...options });
  const wOI = normalTensor<tf.Rank.R2>([8, inputs], { seed: 1, name: "w", deviation: 0.1 });
  try {
    return lrQat.prepare(wOI, { layer: `layer of ${inputs}`, settings });
  } finally {
    wOI.dispose();
  }
}

Deno.test("assignState() puts another run, of other bits and alpha, into one compiled function", () => {
  const target = layer({ bits: 4 });
  const source = layer({ bits: 3, alpha: 3, adapterDeviation: 0.1 });
  const forward = compile((x: tf.Tensor2D) => lrQat.apply(x, target));
  const identity = tf.eye(32) as tf.Tensor2D;
  const before = forward(identity).dataSync();
  assignState(target, source);
  assertNotEquals(forward(identity).dataSync(), before);
  assertEquals(forward(identity).dataSync(), lrQat.apply(identity, source).dataSync());
  assertEquals(forward.compiled.length, 1);
  const [merged, expected] = [lrQat.merge(target), lrQat.merge(source)];
  assertEquals(merged.bits, 3);
  assertEquals(merged.codesOI.dataSync(), expected.codesOI.dataSync());
  forward.dispose();
  disposeState(target);
  disposeState(source);
});

const OTHERS: readonly (readonly [string, LinearState, string])[] = [
  ["another shape", layer({}, 16), "int8[8,32], found frozen phi int8[8,16]"],
  ["another storage", layer({ phi: "fp32" }), '"phi":"fixed"'],
  ["another rank", layer({ rank: 3 }), "A float32[8,2], found adapter A float32[8,3]"],
  ["no adapter", layer({ rank: 0, recompute: true }), "the form"],
  ["a frozen scale", layer({ learnScale: false }), "expected scale s"],
  ["zero-points", layer({ grid: "asymmetric" }), "found frozen zero"],
];

for (const [what, source, expected] of OTHERS) {
  Deno.test(`assignState() refuses a state with ${what}, and changes nothing`, () => {
    const target = layer({});
    const before = [...target.tensors.values()].map(({ variable }) => [...variable.dataSync()]);
    const message = "Cannot load the state of layer";
    const error = assertThrows(() => assignState(target, source), TypeError, message);
    assertEquals(error.message.includes(expected), true, error.message);
    const after = [...target.tensors.values()].map(({ variable }) => [...variable.dataSync()]);
    assertEquals(after, before);
    disposeState(target);
    disposeState(source);
  });
}
