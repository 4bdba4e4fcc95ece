import { assertEquals } from "@std/assert";
import { runTimes } from "../../lib/study/run_times.ts";
import type { StepEvent, TrainEvent } from "../../lib/train/events.ts";

function start(step: number): TrainEvent {
  return { kind: "start", step, steps: 5, notices: [] };
}

function step(index: number, seconds: number, residentBytes = 100): StepEvent {
  return {
    kind: "step",
    step: index,
    loss: 1,
    gradientNorm: 1,
    learningRates: {},
    tokens: 8,
    seconds,
    residentBytes,
  } as StepEvent;
}

Deno.test("runTimes() takes the first step for compiling and the median of the others", () => {
  const events = [start(0), step(1, 40), step(2, 3), step(3, 1), step(4, 2)];
  assertEquals(runTimes(events), {
    compile_seconds: 40,
    train_seconds: 6,
    step_seconds: 2,
    peak_resident_bytes: 100,
  });
});

Deno.test("runTimes() counts a run that was taken up whole, its second compiling too", () => {
  const events = [start(0), step(1, 40), step(2, 2, 300), start(2), step(3, 30), step(4, 4)];
  assertEquals(runTimes(events), {
    compile_seconds: 70,
    train_seconds: 6,
    step_seconds: 4,
    peak_resident_bytes: 300,
  });
});

Deno.test("runTimes() of a run without a step are none", () => {
  assertEquals(runTimes([start(0)]), {});
});
