import { assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { METHODS } from "../../lib/methods/registry.ts";
import type { RunOptions } from "../../lib/study/run_options.ts";
import { methodSettings, resolveSpec, runId } from "../../lib/study/run_spec.ts";

function idOf(options: RunOptions): string {
  return runId(resolveSpec(options));
}

Deno.test("resolveSpec() fills in every default", () => {
  assertEquals(resolveSpec({ method: "lr-qat" }), {
    model: "brown-4m",
    method: "lr-qat",
    settings: {
      bits: 4,
      granularity: "channel",
      grid: "symmetric",
      scaleFormat: "portable",
      rangeExponent: 4,
      rangeCandidates: 100,
      rank: 32,
      alpha: 1,
      adapterDeviation: 0,
      adapterStart: "kaiming",
      phi: "fixed",
      learnScale: true,
      recompute: false,
      activationBits: null,
      keyValueBits: null,
    },
    training: {
      corpus: "brown",
      steps: 500,
      batch: 2,
      accumulation: 1,
      seq: 256,
      optimizer: {
        beta1: 0.9,
        beta2: 0.95,
        epsilon: 1e-8,
        clip: 1,
        groups: {
          adapter: { learningRate: 1e-3, weightDecay: 0 },
          scale: { learningRate: 1e-5, weightDecay: 0 },
        },
      },
      schedule: { kind: "linear", warmup: 0.1 },
      recompute: "none",
      dropout: 0,
    },
    evaluation: {
      corpus: "brown",
      seq: 256,
      stride: 256,
      bos: "none",
      blocks: 50,
      validationBlocks: 50,
      validateEvery: 0,
    },
    seed: 0,
  });
});

for (const { name } of METHODS) {
  Deno.test(`resolveSpec() of ${name} said again gives the same run`, () => {
    const spec = resolveSpec({ method: name, seed: 3 });
    const { training, ...rest } = spec;
    const again = resolveSpec({ ...rest, ...(training ? { training } : {}) });
    assertEquals(again, spec);
    assertMatch(runId(spec), /^[0-9a-f]{64}$/);
    assertEquals(runId(again), runId(spec));
    // Settings that do not count come back as defaults, so a run can be prepared from its record.
    assertEquals(methodSettings(spec).seed, spec.seed);
  });
}

Deno.test("What a method does not look at does not split runs", () => {
  const same: readonly [RunOptions, RunOptions][] = [
    [{ method: "rtn" }, { method: "rtn", settings: { rank: 8, phi: "int" }, seed: 7 }],
    [{ method: "rtn" }, { method: "rtn", training: { steps: 9, corpus: "brown", dropout: 0.1 } }],
    [{ method: "float", training: { steps: 0 } }, {
      method: "float",
      training: { steps: 0 },
      settings: { bits: 2, granularity: "g32" },
      seed: 4,
    }],
    [{ method: "peqa" }, { method: "peqa", settings: { adapterStart: "svd" } }],
    [{ method: "peqa" }, {
      method: "peqa",
      training: { optimizer: { groups: { adapter: { learningRate: 1 } } } },
    }],
    [{ method: "lr-qat", settings: { rank: 0 } }, {
      method: "lr-qat",
      settings: { rank: 0, alpha: 3, adapterStart: "svd" },
    }],
    [{ method: "lsq", training: { steps: 0 } }, {
      method: "lsq",
      training: { steps: 0 },
      settings: { learnScale: false },
      evaluation: { validateEvery: 5 },
    }],
  ];
  for (const [first, second] of same) assertEquals(idOf(first), idOf(second));
});

Deno.test("What counts splits runs", () => {
  const base: RunOptions = { method: "lr-qat" };
  const others: readonly RunOptions[] = [
    { settings: { bits: 3 } },
    { settings: { rank: 8 } },
    { settings: { phi: "int" } },
    { settings: { activationBits: 8 } },
    { seed: 1 },
    { training: { steps: 501 } },
    { training: { optimizer: { groups: { scale: { learningRate: 2e-5 } } } } },
    { evaluation: { blocks: "all" } },
  ];
  const ids = [base, ...others.map((other) => ({ ...base, ...other }))].map(idOf);
  assertEquals(new Set(ids).size, ids.length);
  assertNotEquals(idOf({ method: "lsq" }), idOf({ method: "peqa" }));
});

Deno.test("A frozen scale has no optimizer group, and a method that trains nothing has no training", () => {
  const frozen = resolveSpec({ method: "lr-qat", settings: { learnScale: false } });
  assertEquals(Object.keys(frozen.training?.optimizer.groups ?? {}), ["adapter"]);
  assertEquals(resolveSpec({ method: "peqa", settings: { learnScale: false } }).training, null);
  assertEquals(resolveSpec({ method: "rtn" }).training, null);
});

Deno.test("Windows with a BOS of their own are a token closer by default", () => {
  const spec = resolveSpec({ method: "rtn", evaluation: { seq: 64, bos: "blocks" } });
  assertEquals(spec.evaluation.stride, 63);
});

const REFUSED: readonly (readonly [unknown, string])[] = [
  [{}, "'method' is missing"],
  [{ method: "lr-qta" }, "did you mean 'lr-qat'"],
  [{ method: "rtn", setings: {} }, "Unknown key 'setings'"],
  [{ method: "rtn", settings: { bit: 3 } }, "did you mean 'settings.bits'"],
  [{ method: "rtn", rank: 3 }, "did you mean 'settings.rank'"],
  [{ method: "rtn", settings: 3 }, "'settings' must be an object"],
  [{ method: "rtn", settings: { bits: "4" } }, 'an integer from 2 to 8: current value is "4"'],
  [{ method: "rtn", settings: { bits: 9 } }, "an integer from 2 to 8: current value is 9"],
  [{ method: "rtn", settings: { granularity: "g0" } }, 'current value is "g0"'],
  [{ method: "rtn", training: { steps: 1.5 } }, "'training.steps' must be an integer"],
  [{ method: "rtn", training: { optimizer: { groups: { scale: 1 } } } }, "must be an object"],
  [
    { method: "rtn", training: { schedule: { kind: "linar" } } },
    "did you mean 'linear'",
  ],
  [{ method: "rtn", evaluation: { blocks: "some" } }, "or all"],
  [{ method: "rtn", evaluation: { seq: 8, stride: 9 } }, "'evaluation.stride' must be at most"],
  [{ method: "rtn", seed: NaN }, "'seed' must be an integer"],
  [{ method: "rtn", model: "brown-4n" }, "did you mean brown-4m"],
  [{ method: "rtn", evaluation: { corpus: "brwon" } }, "did you mean brown"],
  [{ method: "l4q", settings: { rank: 0 } }, "needs an adapter"],
  [{ method: "lsq", settings: { grid: "asymmetric" } }, "takes the grid symmetric"],
  [{ method: "qlora", settings: { bits: 3 } }, "codes of 4 bits"],
];

for (const [options, message] of REFUSED) {
  Deno.test(`resolveSpec() refuses ${JSON.stringify(options)}`, () => {
    const error = assertThrows(() => resolveSpec(options as RunOptions), Error, message);
    assertEquals(["RangeError", "TypeError"].includes(error.name), true);
  });
}
