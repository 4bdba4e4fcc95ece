import { assertEquals } from "@std/assert";
import { LR_QAT, RTN } from "../../experiments/methods.ts";
import { perChannelInRange } from "../../experiments/ranges.ts";
import { planStudy } from "../../lib/study/study.ts";
import { studyNamed } from "../../experiments/mod.ts";

Deno.test("perChannelInRange() sets the exponents that were searched and keeps all other settings", () => {
  const exponents = (...[width, drafts, profile]: Parameters<typeof perChannelInRange>) =>
    perChannelInRange(width, drafts, profile).map(({ settings = {} }) => [
      "bits" in settings && settings.bits,
      "rank" in settings && settings.rank,
      "rangeExponent" in settings && settings.rangeExponent,
    ]);
  assertEquals(exponents(3, [LR_QAT, RTN], "small"), [[3, 32, 3], [3, false, false]]);
  assertEquals(exponents(4, [LR_QAT], "small"), [[4, 32, false]]);
  assertEquals(exponents(3, [LR_QAT], "quick"), [[3, 32, false]]);
});

Deno.test("real-model has the searched exponents at W3 and W2 per channel and nowhere else", () => {
  const settings = planStudy(studyNamed("real-model"), { profile: "small" })
    .map(({ spec }) => spec.settings)
    .filter((settings) => "rangeExponent" in settings && settings.rangeExponent === 3);
  assertEquals(settings.map(({ bits }) => bits), [3, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2]);
  for (const { granularity } of settings) assertEquals(granularity, "channel");
});
