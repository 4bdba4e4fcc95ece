/**
 * One measurement of the trainer in a process of its own: `speed COMPUTE STEPS`, or
 * `memory STEPS CHECKPOINTS`, the steps between checkpoints, 0 for none. Prints one JSON object.
 *
 * @module
 */
import { engine } from "../../mod.ts";
import type { ComputeType } from "../../lib/model/compute_type.ts";
import type { StepEvent } from "../../lib/train/events.ts";
import { train } from "../../lib/train/train.ts";
import { peakMiB, residentMiB } from "./memory.ts";
import { median } from "./statistics.ts";
import {
  makeData,
  makeModel,
  REFERENCE,
  SETTLED,
  SMALL,
  type TrainSubject,
} from "./train_model.ts";

const WARM_UP = 2;

interface RunOptions {
  readonly steps: number;
  readonly compute?: ComputeType;
  /** Where checkpoints go, and the steps between them. */
  readonly checkpoints?: { readonly folder: string; readonly every: number };
  /** Called once, when the model is there and nothing is compiled. */
  readonly onReady?: () => void;
}

async function* stepsOf(
  subject: TrainSubject,
  { steps, compute = "float32", checkpoints, onReady }: RunOptions,
): AsyncGenerator<StepEvent> {
  await engine.start({ backend: "tensorflow" });
  using model = makeModel(subject, compute);
  const data = makeData(subject);
  onReady?.();
  const run = train({
    model,
    data,
    steps,
    batch: subject.rows,
    optimizer: {
      groups: {
        weight: { learningRate: 1e-4, weightDecay: 0.1 },
        gain: { learningRate: 1e-4 },
      },
    },
    schedule: { kind: "constant", warmup: 0 },
    seed: 0,
    ...(checkpoints ? { checkpoints } : {}),
  });
  for await (const event of run) {
    if (event.kind === "step") yield event;
    if (event.kind === "checkpoint-failed") throw new Error(`Error: ${event.error}`);
    if (event.kind === "end" && event.status !== "done") throw new Error(`Error: ${event.message}`);
  }
}

async function speed(compute: ComputeType, timed: number): Promise<object> {
  let [rest, before, last] = [NaN, NaN, NaN];
  const onReady = () => {
    collectGarbage();
    [rest, before, last] = [residentMiB(), peakMiB(), performance.now()];
  };
  const events: StepEvent[] = [];
  // From event to event, so that what the loop does around a step counts.
  const seconds: number[] = [];
  for await (const event of stepsOf(REFERENCE, { steps: WARM_UP + timed, compute, onReady })) {
    const now = performance.now();
    seconds.push((now - last) / 1000);
    last = now;
    events.push(event);
  }
  const typical = median(seconds.slice(WARM_UP));
  return {
    tokensPerSecond: REFERENCE.rows * REFERENCE.seq / typical,
    milliseconds: 1e3 * typical,
    firstSeconds: seconds[0],
    // What the process needed before, to make its weights, may be the larger peak.
    peakMiB: peakMiB() > before ? peakMiB() - rest : NaN,
    loss: events.at(-1)?.loss,
  };
}

async function memory(steps: number, every: number): Promise<object> {
  const folder = every > 0 ? await Deno.makeTempDir() : undefined;
  try {
    const readings = new Map<number, number>();
    const middle = Math.round((SETTLED + steps) / 2);
    const options = { steps, ...(folder ? { checkpoints: { folder, every } } : {}) };
    for await (const { step } of stepsOf(SMALL, options)) {
      // What a collection frees has not leaked, and a heap that waits for one grows.
      const isReading = step === middle || step === steps;
      if (step % SETTLED !== 0 && !isReading) continue;
      collectGarbage();
      if (isReading || step === SETTLED) readings.set(step, residentMiB());
    }
    return {
      settledMiB: readings.get(SETTLED),
      middleMiB: readings.get(middle),
      endMiB: readings.get(steps),
    };
  } finally {
    if (folder) await Deno.remove(folder, { recursive: true });
  }
}

function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

const [what, first, second] = Deno.args;
const result = what === "speed"
  ? await speed(first as ComputeType, Number(second))
  : await memory(Number(first), Number(second));
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
