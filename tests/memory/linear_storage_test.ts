import { assertEquals } from "@std/assert";
import { start } from "../../lib/engine/mod.ts";
import { tf } from "../../lib/engine/tf.ts";
import {
  blockShapes,
  type LinearStorage,
  linearStorage,
  trainedBytes,
  trainedCount,
} from "../../lib/memory/linear_storage.ts";
import { prepare, type PrepareOptions } from "../../lib/methods/prepare.ts";
import { METHODS } from "../../lib/methods/registry.ts";
import { TINY_CONFIG, tinyModel } from "../methods/tiny_model.ts";

await start({ backend: "tensorflow" });

/** The variable `numbers` of layers that have one. */
const NUMBERS = 5 * 4;

const VARIANTS: readonly Partial<PrepareOptions>[] = [
  {},
  { bits: 3 },
  { granularity: "g16" },
  { learnScale: false },
  { learnScale: true },
  { phi: "int", bits: 3 },
  { phi: "bf16" },
  { phi: "fp32" },
  { grid: "asymmetric", bits: 2 },
  { weightStorage: "bfloat16" },
  { trainWeight: false },
];

async function check(options: PrepareOptions): Promise<void> {
  const model = tinyModel();
  using prepared = await prepare(model, { rangeCandidates: 2, ...options });
  const { method, settings, states } = prepared;
  const weight = settings.weightStorage === "bfloat16" ? 2 : 4;
  const bytes = { weight, frozenScale: 4, codes: "packed" } as const;
  const storages = blockShapes(TINY_CONFIG).map((shape) =>
    linearStorage(shape, { method, settings }, bytes)
  );
  const held = prepared.records.map((record) => {
    const hasNumbers = states.get(record.layer)?.tensors.has("numbers") ?? false;
    return record.bytes - (hasNumbers ? NUMBERS : 0);
  });
  const said = (storage: LinearStorage) => storage.frozenBytes + trainedBytes(storage, settings);
  assertEquals(storages.map(said), held, JSON.stringify(options));
  const trained = prepared.trainables.reduce((sum, { variable }) => sum + variable.size, 0);
  assertEquals(storages.reduce((sum, storage) => sum + trainedCount(storage), 0), trained);
  tf.dispose([...prepared.parameters.values()]);
}

for (const { name, limits } of METHODS) {
  Deno.test(`linearStorage() has the bytes that ${name} holds, frozen and trained`, async () => {
    const rank = limits.adapter === "none" ? {} : { rank: 2 };
    let checked = 0;
    for (const variant of VARIANTS) {
      if (variant.grid && !limits.grids.includes(variant.grid)) continue;
      if (limits.bits && variant.bits && !limits.bits.includes(Number(variant.bits))) continue;
      const group = name === "qlora" ? "g64" : "g32";
      const needsGroup = name === "qlora" || !limits.granularities.includes("channel");
      const granularity = needsGroup ? { granularity: group } : {};
      // Methods whose own groups are wider than this model take those of 32.
      const own = ["l4q", "qat-lora", "qlora-star"].includes(name) ? { granularity: "g32" } : {};
      if (needsGroup && variant.granularity) continue;
      await check({ method: name, ...rank, ...own, ...variant, ...granularity });
      checked++;
    }
    assertEquals(checked > 3, true);
  });
}
