import { assertEquals } from "@std/assert";
import {
  checkpointName,
  parseCheckpointName,
} from "../../../lib/train/checkpoint/checkpoint_names.ts";

Deno.test("parseCheckpointName() reads what checkpointName() makes", () => {
  for (const step of [0, 30, 99_999_999, 100_000_000, Number.MAX_SAFE_INTEGER]) {
    for (const attempt of [1, 2, 10]) {
      const name = checkpointName(step, attempt);
      assertEquals(parseCheckpointName(name), { name, step, attempt });
    }
  }
});

Deno.test("parseCheckpointName() refuses every other name", () => {
  for (
    const name of [
      "step-30",
      "step-000000030",
      "step-00000030.1",
      "step-00000030.02",
      "step-00000030.tmp",
      "step-00000030 ",
      "step-00000030\n",
      "xstep-00000030",
      "step-9999999999999999",
      "step--0000001",
      "",
    ]
  ) assertEquals(parseCheckpointName(name), undefined, name);
});
