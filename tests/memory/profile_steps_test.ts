import { assert, assertEquals, assertRejects } from "@std/assert";
import { type MemoryStep, profileSteps } from "../../lib/memory/profile_steps.ts";
import type { StepSetup } from "../../lib/memory/step_setup.ts";
import type { StepRows } from "../../lib/results/memory_row.ts";

const STEPS: readonly MemoryStep[] = ["lr-qat", "lsq", "peqa"].map((method) => ({
  label: method,
  step: { model: "brown-4m", method, seq: 64 },
}));

/** Stands for a compiler: which steps it is asked to plan is what is tested. */
function planner(planned: string[]) {
  return ({ method }: StepSetup) => {
    planned.push(method.name);
    const bytes = 1000 * method.name.length;
    return Promise.resolve({
      totalBytes: bytes,
      argumentBytes: bytes,
      outputBytes: 0,
      temporaryBytes: 0,
    });
  };
}

Deno.test("profileSteps() goes on behind the steps that are known, with equal rows", async () => {
  const planned: string[] = [];
  const plan = planner(planned);
  const whole = await profileSteps(STEPS, { study: "test", plan });
  let known: readonly StepRows[] = [];
  const stopped = () =>
    profileSteps(STEPS, {
      study: "test",
      plan,
      onStep: (label) => {
        if (label === "peqa") throw new Error("the power went");
      },
      onRows: (steps) => {
        known = [...steps];
      },
    });
  await assertRejects(stopped, Error, "the power went");
  assertEquals(known.length, 2);
  planned.length = 0;
  assertEquals(await profileSteps(STEPS, { study: "test", plan, known }), whole);
  assertEquals(planned, ["peqa"]);
});

Deno.test("profileSteps() plans a step again whose plan failed, and no other", async () => {
  const planned: string[] = [];
  const plan = planner(planned);
  const whole = await profileSteps(STEPS, { study: "test", plan });
  let known: readonly StepRows[] = [];
  const failures: string[] = [];
  const rows = await profileSteps(STEPS, {
    study: "test",
    plan: (setup) => {
      if (setup.method.name === "lr-qat") throw new Error("no memory for the compiler");
      return plan(setup);
    },
    onRows: (steps) => {
      known = [...steps];
    },
    onFailure: (label) => {
      failures.push(label);
    },
  });
  assertEquals(failures, ["lr-qat"]);
  assert(rows.length < whole.length);
  planned.length = 0;
  assertEquals(await profileSteps(STEPS, { study: "test", plan, known }), whole);
  assertEquals(planned, ["lr-qat"]);
});
