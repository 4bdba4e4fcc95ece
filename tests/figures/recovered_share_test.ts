import { assertAlmostEquals, assertEquals } from "@std/assert";
import { recoveredShare } from "../../lib/figures/recovered_share.ts";
import { RUN } from "./sample_rows.ts";

const rtn = { ...RUN, method: "rtn", test_loss: 4 };
const lora = { ...RUN, method: "lora", bits: 16, test_loss: 3 };

Deno.test("the recovered share is 0 for RTN's loss and 100 for the adapted float model's", () => {
  const measure = recoveredShare([rtn, lora]);
  const losses = [4, 3.25, 3].map((test_loss) => measure.of({ ...RUN, test_loss }));
  assertEquals(losses, [0, 75, 100]);
});

Deno.test("references are means over their seeds", () => {
  const measure = recoveredShare([rtn, { ...rtn, test_loss: 5 }, lora]);
  assertAlmostEquals(measure.of({ ...RUN, test_loss: 3.75 }) ?? 0, 50, 1e-12);
});

Deno.test("of a reference's settings the best counts", () => {
  const clipped = { ...rtn, range_exponent: 2.4, test_loss: 3.5 };
  const hasty = { ...lora, lr_adapter: 1, test_loss: 9 };
  const measure = recoveredShare([rtn, clipped, lora, hasty]);
  assertEquals([3.5, 3.25, 3].map((test_loss) => measure.of({ ...RUN, test_loss })), [0, 50, 100]);
});

Deno.test("there is no share of a loss that rounding does not have", () => {
  for (const test_loss of [4, 4.001]) {
    const measure = recoveredShare([rtn, { ...lora, test_loss }]);
    assertEquals([3.9, 4.1].map((loss) => measure.of({ ...RUN, test_loss: loss })), [null, null]);
  }
});

Deno.test("there is no share without RTN at the run's bits", () => {
  assertEquals(recoveredShare([rtn, lora]).of({ ...RUN, bits: 3, test_loss: 3.5 }), null);
  assertEquals(recoveredShare([{ ...rtn, status: "failed" }, lora]).of(RUN), null);
});

Deno.test("activations of other bits have a reference of their own", () => {
  const wide = { ...rtn, activation_bits: 8, key_value_bits: 8 };
  const narrow = { ...rtn, activation_bits: 8, key_value_bits: 4, test_loss: 6 };
  const measure = recoveredShare([wide, narrow, lora]);
  assertEquals([wide, narrow].map((row) => measure.of(row)), [0, 0]);
  assertEquals(measure.of({ ...narrow, method: "lr-qat", test_loss: 4.5 }), 50);
  assertEquals(measure.of({ ...RUN, test_loss: 3.5 }), null);
});

Deno.test("rounding has no training text, and is the reference of every one", () => {
  const untrained = { ...rtn, train_text: "" };
  const other = { ...lora, train_text: "other:train", test_loss: 2 };
  const measure = recoveredShare([untrained, lora, other]);
  assertEquals(measure.of({ ...RUN, test_loss: 3.25 }), 75);
  assertEquals(measure.of({ ...RUN, train_text: "other:train", test_loss: 3 }), 50);
  assertEquals(measure.of(untrained), 0);
});

Deno.test("a run is held against LoRA with the same steps and batches", () => {
  const long = { ...lora, steps: 2 * lora.steps, test_loss: 2 };
  const measure = recoveredShare([rtn, lora, long]);
  assertEquals(measure.of({ ...RUN, test_loss: 3.25 }), 75);
  assertEquals(measure.of({ ...RUN, steps: 2 * lora.steps, test_loss: 3 }), 50);
  assertEquals(measure.of({ ...RUN, seq: 2 * lora.seq, test_loss: 3 }), null);
});

Deno.test("against the float model as it was, new text can win more than rounding lost", () => {
  const float = { ...RUN, method: "float", bits: 16, train_text: "", test_loss: 3.5 };
  const measure = recoveredShare([rtn, lora, float], "float");
  assertEquals([4, 3.75, 3.25].map((test_loss) => measure.of({ ...RUN, test_loss })), [0, 50, 150]);
  assertEquals(recoveredShare([rtn, lora], "float").of(RUN), null);
});

Deno.test("a loss of other test blocks is no reference", () => {
  for (const change of [{ test_blocks: null }, { test_blocks: 12 }, { eval_stride: 64 }]) {
    const measure = recoveredShare([rtn, { ...lora, ...change }]);
    assertEquals(measure.of({ ...RUN, test_loss: 3.5 }), null);
    assertEquals(measure.of({ ...RUN, ...change, test_loss: 3.5 }), null);
  }
});
