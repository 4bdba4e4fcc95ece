import { assertThrows } from "@std/assert";
import { openCheckpoint } from "../../../lib/train/checkpoint/open_checkpoint.ts";
import { requireSameTensors } from "../../../lib/train/checkpoint/require_same_tensors.ts";
import { tempFolder } from "../../io/helpers.ts";
import { sampleOptions, saveSamples } from "./samples.ts";

Deno.test("requireSameTensors() takes the very tensors, and names what differs", async () => {
  await using folder = await tempFolder();
  const [saved] = await saveSamples(folder.path, [30]);
  await using checkpoint = await openCheckpoint(saved?.path ?? "");
  const { tensors } = sampleOptions(30);
  requireSameTensors(checkpoint, tensors);
  requireSameTensors(checkpoint, tensors.toReversed());
  const cases: [Parameters<typeof requireSameTensors>[1], string][] = [
    [tensors.slice(1), '"parameter/model.norm.weight" is in the checkpoint only'],
    [[...tensors, { name: "more", shape: [] }], '"more" is in the model only'],
    [
      tensors.map((tensor, i) => i === 2 ? { ...tensor, shape: [50, 2] } : tensor),
      '"second/layer.0" is F32 [100] in the checkpoint and F32 [50, 2] in the model: use',
    ],
    [
      tensors.map((tensor, i) => i === 2 ? { ...tensor, dtype: "I32" as const } : tensor),
      "is F32 [100] in the checkpoint and I32 [100] in the model",
    ],
    [Array.from({ length: 4 }, (_, i) => ({ name: `${i}`, shape: [] })), "; and 2 more: use"],
  ];
  for (const [expected, message] of cases) {
    assertThrows(() => requireSameTensors(checkpoint, expected), RangeError, message);
  }
});
