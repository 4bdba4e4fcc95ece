import { assertEquals, assertThrows } from "@std/assert";
import type { RunOptions } from "../../lib/study/run_options.ts";
import { planStudy, type RunDraft, type Study } from "../../lib/study/study.ts";

function study(...runs: RunDraft[]): Study {
  return { name: "trial", about: "", runs: () => runs };
}

Deno.test("planStudy() makes one run of those that come to the same, with all their places", () => {
  const planned = planStudy(study(
    { method: "rtn", seed: 1, place: { label: "a" } },
    { method: "peqa" },
    { method: "rtn", seed: 2, place: { label: "b", cell: { bits: 4 } } },
    { method: "rtn", seed: 3, place: { label: "a" } },
  ));
  assertEquals(planned.map(({ spec }) => spec.method), ["rtn", "peqa"]);
  assertEquals(planned[0]?.places, [
    { label: "a", cell: {}, notes: {} },
    { label: "b", cell: { bits: 4 }, notes: {} },
  ]);
});

Deno.test("planStudy() puts overrides over what the study says, and seeds in place of its own", () => {
  const planned = planStudy(study({ method: "peqa", seed: 1, training: { steps: 10, batch: 4 } }), {
    overrides: { training: { steps: 20 } },
    seeds: [7, 8],
  });
  assertEquals(planned.map(({ spec }) => [spec.seed, spec.training?.steps, spec.training?.batch]), [
    [7, 20, 4],
    [8, 20, 4],
  ]);
});

Deno.test("planStudy() takes a run out of the paper's cell where its settings are set by hand", () => {
  const cell = { method: "lr-qat", bits: 4 };
  const drafts = study({
    method: "lr-qat",
    place: { label: "W4", cell, notes: { text: "other" } },
  });
  const places = (overrides: RunOptions) => planStudy(drafts, { overrides })[0]?.places;
  assertEquals(places({}), [{ label: "W4", cell, notes: { text: "other" } }]);
  assertEquals(places({ settings: { bits: 3 }, training: { steps: 20 } }), [
    { label: "W4", cell: {}, notes: { text: "other", set: "settings.bits=3, training.steps=20" } },
  ]);
  assertEquals(places({ training: { steps: 20 } }), [
    { label: "W4", cell, notes: { text: "other", set: "training.steps=20" } },
  ]);
});

Deno.test("planStudy() says which study has a run that cannot be", () => {
  assertThrows(
    () => planStudy(study({ method: "peqa", settings: { bits: 1 } })),
    RangeError,
    "Study trial: Cannot build a run: 'settings.bits'",
  );
});
