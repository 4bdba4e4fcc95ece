import { assertThrows } from "@std/assert";
import { requireSameConfiguration } from "../../../lib/train/checkpoint/require_same_configuration.ts";

const saved = { model: "brown-4m", optimizer: { rate: 0.001, betas: [0.9, 0.95] }, steps: 60 };

Deno.test("requireSameConfiguration() takes equal values in any order of keys", () => {
  requireSameConfiguration(saved, {
    steps: 60,
    optimizer: { betas: [0.9, 0.95], rate: 1e-3 },
    model: "brown-4m",
  });
});

const differing: [object, string][] = [
  [{ ...saved, steps: 61 }, "'steps' is 60 in the checkpoint and 61 now: use the checkpoint's"],
  [
    { ...saved, model: "other", optimizer: { rate: 0.001, betas: [0.9, 0.99] } },
    `'model' is "brown-4m" in the checkpoint and "other" now; ` +
    "'optimizer.betas.1' is 0.95 in the checkpoint and 0.99 now",
  ],
  [{ ...saved, dropout: 0.1 }, "'dropout' is not set in the checkpoint and 0.1 now"],
  [
    { model: "brown-4m", steps: 60, optimizer: [] },
    "'optimizer' is not set in the checkpoint and [] now",
  ],
  [{ ...saved, steps: "60" }, `'steps' is 60 in the checkpoint and "60" now`],
  [
    { ...saved, optimizer: { rate: 0.001, betas: { "0": 0.9, "1": 0.95 } } },
    "'optimizer.betas.0' is 0.9 in the checkpoint and not set now",
  ],
  [Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, i])), "; and 15 more: use"],
];
for (const [current, message] of differing) {
  Deno.test(`requireSameConfiguration() names what differs: ${message}`, () => {
    assertThrows(() => requireSameConfiguration(saved, current), RangeError, message);
  });
}

Deno.test("requireSameConfiguration() tells a dotted name from a path", () => {
  assertThrows(() => requireSameConfiguration({ "a.b": 1 }, { a: { b: 1 } }), RangeError, "'a.b'");
});
