import { assertEquals, assertThrows } from "@std/assert";
import { requireUsed } from "../../lib/cli/require_used.ts";
import { parseOverrides, planStudy } from "../../mod.ts";
import { studyNamed } from "../../experiments/mod.ts";

function check(method: string, ...set: readonly string[]): void {
  const overrides = parseOverrides(set);
  const study = studyNamed("quick");
  const runs = [...planStudy(study, { overrides }), ...planStudy(study)];
  requireUsed(overrides, runs.filter(({ spec }) => spec.method === method));
}

Deno.test("requireUsed() refuses what no selected run has, and names it", () => {
  const rate = "training.optimizer.groups.adapter.learningRate";
  check("lr-qat", `${rate}=0.5`, "training.steps=3", "seed=4");
  const { message } = assertThrows(() => check("lsq", `${rate}=0.5`), RangeError);
  assertEquals(message.startsWith(`Cannot set '${rate}': no run that is selected has it`), true);
  assertThrows(() => check("rtn", "training.steps=3"), RangeError, "training.steps");
});

Deno.test("requireUsed() takes a value that removes its own field", () => {
  check("lr-qat", "training.steps=0");
  assertThrows(() => check("rtn", "training.steps=0"), RangeError, "training.steps");
});

Deno.test("requireUsed() takes a value that the study has anyway", () => {
  check("lr-qat", "training.steps=50", "settings.bits=3");
});
