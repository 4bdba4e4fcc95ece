import { assertEquals } from "@std/assert";
import { LR_QAT, RTN } from "../../experiments/methods.ts";
import { withW3Ranges } from "../../experiments/ranges.ts";
import { planStudy } from "../../lib/study/study.ts";
import { studyNamed } from "../../experiments/mod.ts";

Deno.test("withW3Ranges() sets the exponents that were searched and keeps all other settings", () => {
  assertEquals(withW3Ranges([LR_QAT, RTN], "small").map(({ settings }) => settings), [
    { rank: 32, rangeExponent: 3 },
    undefined,
  ]);
  assertEquals(withW3Ranges([LR_QAT], "quick"), [LR_QAT]);
});

Deno.test("real-model has the searched exponents at W3 per channel and nowhere else", () => {
  const settings = planStudy(studyNamed("real-model"), { profile: "small" })
    .map(({ spec }) => spec.settings)
    .filter((settings) => "rangeExponent" in settings && settings.rangeExponent === 3);
  assertEquals(settings.length, 9);
  for (const { bits, granularity } of settings) assertEquals([bits, granularity], [3, "channel"]);
});
