import type {
  CheckpointEvent,
  EvaluationEvent,
  StartEvent,
  StepEvent,
} from "../../../lib/train/events.ts";

/** Makes the start event of a run of 100 steps. */
export function start(step = 0): StartEvent {
  const from = step === 0 ? {} : { resumedFrom: `checkpoints/${step}` };
  return { kind: "start", step, steps: 100, notices: [], ...from };
}

/** Makes a step whose numbers have no short decimal form. */
export function step(step: number, changes: Partial<StepEvent> = {}): StepEvent {
  return {
    kind: "step",
    step,
    loss: 1 / 3 + 1 / step,
    gradientNorm: Math.sqrt(step),
    learningRates: { adapter: 1e-3 / 3, scale: 1e-5 },
    tokens: 1024,
    seconds: 0.1,
    residentBytes: 5 * 2 ** 30,
    ...changes,
  };
}

/** Makes the steps from one number to another, both included. */
export function steps(first: number, last: number): StepEvent[] {
  return Array.from({ length: last - first + 1 }, (_, k) => step(first + k));
}

/** Makes an evaluation. */
export function evaluation(step: number): EvaluationEvent {
  return { kind: "evaluation", step, metrics: { loss: 2 / 3, perplexity: 1.9 }, seconds: 1.5 };
}

/** Makes a checkpoint. */
export function checkpoint(step: number): CheckpointEvent {
  return {
    kind: "checkpoint",
    step,
    path: `checkpoints/${step}`,
    bytes: 48 * 2 ** 20,
    seconds: 0.2,
  };
}

/** A folder that is removed at the end of its block. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
