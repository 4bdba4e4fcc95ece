import { assert, assertEquals, assertThrows } from "@std/assert";
import { STUDIES, studyNamed } from "../../experiments/mod.ts";
import { BROWN_4M } from "../../experiments/brown_4m.ts";
import { STUDY_MODELS } from "../../experiments/models.ts";
import { type PaperQuery, paperValues } from "../../experiments/papers/paper_value.ts";
import { type PlannedRun, planStudy, type Profile, PROFILES } from "../../lib/study/study.ts";

/** How many runs a study has: quick, small, paper. */
const COUNTS: Readonly<Record<string, number[]>> = {
  "quick": [31, 31, 31],
  "w3-channel": [23, 23, 23],
  "learning-rates": [72, 72, 72],
  "recomputation": [8, 8, 8],
  "real-model": [23, 23, 23],
  "real-model-rates": [57, 57, 57],
  "lr-qat/table-2": [60, 60, 100],
  "lr-qat/table-3": [13, 13, 21],
  "lr-qat/table-4": [58, 58, 120],
  "lr-qat/table-5": [22, 22, 30],
  "lr-qat/table-a8": [8, 8, 8],
  "lr-qat/ranks": [24, 24, 40],
  "lr-qat/frozen-scale": [18, 18, 6],
  "lr-qat/phi-bits": [45, 45, 15],
  "lr-qat/long-ablations": [18, 18, 18],
  "l4q/table-4": [12, 12, 4],
  "l4q/tables-5-6": [24, 24, 8],
  "l4q/tables-7-8": [9, 9, 3],
  "l4q/fig-5": [6, 6, 2],
  "l4q/table-11": [3, 3, 3],
  "l4q/two-bits": [25, 25, 11],
};

const planned = new Map<string, readonly PlannedRun[]>();
function plan(name: string, profile: Profile): readonly PlannedRun[] {
  const key = `${name} ${profile}`;
  const runs = planned.get(key) ?? planStudy(studyNamed(name), { profile });
  planned.set(key, runs);
  return runs;
}

for (const { name, about, source } of STUDIES) {
  Deno.test(`${name} has the runs that are expected in every profile, each once`, () => {
    const runs = PROFILES.map((profile) => plan(name, profile));
    assertEquals(runs.map(({ length }) => length), COUNTS[name]);
    for (const list of runs) assertEquals(new Set(list.map(({ id }) => id)).size, list.length);
    assert(about.length <= 100);
  });

  Deno.test(`${name} asks only for ranks and groups that its models have`, () => {
    for (const profile of ["quick", "small"] as const) {
      const { model, largestRank } = STUDY_MODELS[profile];
      const inputs = profile === "quick" ? [256, 640] : [576, 1536];
      for (const { spec } of plan(name, profile)) {
        const { rank = 0, granularity = "channel" } = spec.settings;
        const size = Number(granularity.match(/^g(\d+)$/)?.[1] ?? 1);
        assertEquals(spec.model, model);
        assertEquals(rank <= largestRank && inputs.every((n) => n % size === 0), true);
      }
    }
  });

  if (!source) continue;
  Deno.test(`${name} stands for cells that its tables have`, () => {
    for (const profile of PROFILES) {
      for (const { places } of plan(name, profile)) {
        for (const { cell } of places) {
          if (cell["method"] === "lora") continue;
          const hits = source.tables.map((table) =>
            paperValues({ paper: source.paper, table, ...cell } as PaperQuery).length
          );
          assert(hits.every((count) => count > 0) || isMissing(name, cell), JSON.stringify(cell));
        }
      }
    }
  });
}

const OTHER_TABLES = new Set(["l4q", "qat-lora", "qlora-star"]);

/** What the papers' tables do not have, and we run all the same. */
function isMissing(name: string, cell: Readonly<Record<string, unknown>>): boolean {
  if (name === "lr-qat/table-2") return cell["init"] === "loftq" && cell["downcast"] !== "int-b";
  if (name === "lr-qat/long-ablations") {
    return cell["method"] !== "lr-qat" || cell["bits"] === 2 || "rank" in cell ||
      "hyperparameter" in cell;
  }
  if (name === "real-model") return OTHER_TABLES.has(`${cell["method"]}`) || "downcast" in cell;
  if (name !== "lr-qat/table-a8" || cell["checkpointing"] === true) return false;
  return cell["method"] === "lr-qat" || cell["batch"] === 4;
}

Deno.test("A run that stands for a perplexity of LR-QAT's stands for one cell", () => {
  for (const name of ["lr-qat/table-3", "lr-qat/table-4", "lr-qat/table-5"]) {
    for (const { places } of plan(name, "paper")) {
      for (const { cell } of places) {
        if (cell["method"] === "lora") continue;
        const table = name.slice("lr-qat/table-".length);
        const query = { paper: "lr-qat", table, ...cell } as PaperQuery;
        assertEquals(paperValues(query).length, 1, JSON.stringify(query));
      }
    }
  }
});

Deno.test("The default study has three seeds of everything that trains", () => {
  const seeds = new Map<string, Set<number>>();
  for (const { spec: { seed, ...rest } } of plan("quick", "quick")) {
    if (!rest.training) continue;
    const key = JSON.stringify(rest);
    seeds.set(key, (seeds.get(key) ?? new Set()).add(seed));
  }
  assertEquals(new Set([...seeds.values()].map(({ size }) => size)), new Set([3]));
});

Deno.test("The default study's training is at most 150 seconds at 512 tokens in a tenth of one", () => {
  const tokens = plan("quick", "quick").reduce(
    (sum, { spec: { training } }) =>
      sum + (training ? training.steps * training.batch * training.accumulation * training.seq : 0),
    0,
  );
  assert(tokens / 5120 <= 150);
});

Deno.test("A search has as many tries of each method, and sees no test block", () => {
  const tries = new Map<string, number>();
  for (const { spec } of plan("learning-rates", "quick")) {
    tries.set(spec.method, (tries.get(spec.method) ?? 0) + 1);
    assertEquals(spec.evaluation.blocks, 0);
  }
  assertEquals([...new Set(tries.values())], [12]);
  assertEquals(tries.size, 6);
});

Deno.test("What stands for groups of 128 is said", () => {
  const grouped = plan("lr-qat/table-4", "quick")
    .filter(({ spec }) => spec.settings.granularity?.startsWith("g"));
  assert(grouped.length > 0);
  for (const { places } of grouped) {
    assert(places.every(({ notes }) => notes["group size"]?.startsWith("32 stands for 128")));
  }
});

Deno.test("The sizes of brown-4m are those that listings go by", () => {
  const { hiddenSize, intermediateSize, keyValueHeads, headDim } = BROWN_4M.config;
  assertEquals([hiddenSize, intermediateSize], [256, 640]);
  assertEquals(
    Math.min(hiddenSize, intermediateSize, keyValueHeads * headDim),
    STUDY_MODELS.quick.largestRank,
  );
});

Deno.test("An unknown study is refused with the nearest names", () => {
  assertThrows(() => studyNamed("lr-qat/table4"), RangeError, "did you mean 'lr-qat/table-4'");
});

Deno.test("Names of studies are unique", () => {
  assertEquals(new Set(STUDIES.map(({ name }) => name)).size, STUDIES.length);
});
