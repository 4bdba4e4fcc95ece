import { assert, assertEquals } from "@std/assert";
import { estimateMemory } from "../../lib/memory/estimate.ts";
import { MEMORY_CLASSES } from "../../lib/memory/memory_classes.ts";
import { type MemoryOptions, resolveSetup, type StepSetup } from "../../lib/memory/step_setup.ts";
import { METHODS } from "../../lib/methods/registry.ts";
import type { LlamaConfig } from "../../lib/model/config.ts";

const MIDDLE = llama({ vocabSize: 8192, hiddenSize: 512, intermediateSize: 1376, layers: 8 });
/** Weights that are large beside the activations. */
const WIDE = llama({ vocabSize: 512, hiddenSize: 1024, intermediateSize: 2816, layers: 4 });

function llama(
  sizes: Pick<LlamaConfig, "vocabSize" | "hiddenSize" | "intermediateSize" | "layers">,
): LlamaConfig {
  return {
    ...sizes,
    heads: 8,
    keyValueHeads: 8,
    headDim: sizes.hiddenSize / 8,
    rmsNormEps: 1e-5,
    ropeTheta: 10_000,
    maxPositions: 2048,
    tieWordEmbeddings: false,
    attentionBias: false,
    mlpBias: false,
    eosIds: [],
  };
}

async function setupOf(
  options: Omit<MemoryOptions, "model">,
  config?: LlamaConfig,
): Promise<StepSetup> {
  const setup = await resolveSetup({ model: "brown-4m", ...options });
  return config ? { ...setup, config } : setup;
}

// "Total bytes used" of the buffer assignment of XLA for CPU (TensorFlow 2.21, float32) for the whole
// compiled step of `train/step.ts`: XLA_FLAGS="--xla_dump_to=… --xla_dump_hlo_as_text".
const ASSIGNED = [
  ["brown-4m", undefined, { method: "lr-qat", rank: 32, recompute: "none", seq: 256 }, 49_218_920],
  ["middle", MIDDLE, { method: "float", recompute: "none", seq: 512 }, 582_727_172],
  ["middle", MIDDLE, { method: "lora", rank: 4, recompute: "none", seq: 512 }, 385_249_316],
  ["middle", MIDDLE, { method: "peqa", recompute: "none", seq: 512 }, 292_501_316],
  ["middle", MIDDLE, { method: "lr-qat", rank: 32, recompute: "none", seq: 512 }, 360_443_372],
  ["middle", MIDDLE, { method: "lr-qat", rank: 32, recompute: "block", seq: 512 }, 150_899_400],
  [
    "middle",
    MIDDLE,
    { method: "l4q", rank: 4, granularity: "g32", recompute: "none", seq: 512 },
    409_425_612,
  ],
  ["wide", WIDE, { method: "lora", rank: 4, recompute: "none", seq: 64 }, 233_361_980],
  ["wide", WIDE, { method: "lsq", recompute: "none", seq: 64 }, 885_915_604],
  ["wide", WIDE, { method: "peqa", recompute: "none", seq: 64 }, 93_647_292],
  ["wide", WIDE, { method: "lr-qat", rank: 32, recompute: "none", seq: 64 }, 210_603_492],
  ["wide", WIDE, { method: "lr-qat", rank: 32, recompute: "block", seq: 64 }, 191_136_352],
  [
    "wide",
    WIDE,
    { method: "l4q", rank: 4, granularity: "g32", recompute: "block", seq: 64 },
    361_415_616,
  ],
] as const;

for (const [name, config, options, assigned] of ASSIGNED) {
  const { method, recompute } = options;
  Deno.test(`the estimate of ${method} (${recompute}), ${name}, is within 3 % of XLA's`, async () => {
    const { totalBytes } = estimateMemory(await setupOf(options, config));
    const off = totalBytes / assigned - 1;
    assert(Math.abs(off) < 0.03, `${totalBytes} bytes, off by ${(100 * off).toFixed(2)} %`);
  });
}

Deno.test("the classes of an estimate add up to its total, for every method", async () => {
  for (const { name, limits } of METHODS) {
    const rank = limits.adapter === "none" ? {} : { rank: 4 };
    const granularity = name === "qlora" ? "g64" : "g32";
    const { totalBytes, byClass } = estimateMemory(
      await setupOf({ method: name, granularity, ...rank }),
    );
    const sum = MEMORY_CLASSES.reduce((sum, name) => sum + byClass[name], 0);
    assert(Math.abs(sum - totalBytes) < 1, name);
    assert(totalBytes > 0);
  }
});

Deno.test("the batch, the sequence and the rank never make a step smaller", async () => {
  for (const [what, values] of [["batch", [1, 2, 3]], ["seq", [64, 300, 512]]] as const) {
    const totals = await Promise.all(
      values.map(async (value) =>
        estimateMemory(await setupOf({ method: "lr-qat", [what]: value })).totalBytes
      ),
    );
    assertEquals(totals, totals.toSorted((a, b) => a - b), what);
  }
});

Deno.test("sums over micro-batches take one float32 for each number that is trained", async () => {
  const [one, more] = await Promise.all(
    [1, 4].map(async (accumulation) =>
      estimateMemory(await setupOf({ method: "lsq", accumulation, seq: 1024 }))
    ),
  );
  assertEquals(
    more?.byClass.gradients,
    (one?.byClass.gradients ?? 0) + (one?.byClass.trainable ?? 0),
  );
});
