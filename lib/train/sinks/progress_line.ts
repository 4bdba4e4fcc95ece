import process from "node:process";
import type { ProgressStream } from "../../io/progress_stream.ts";
import type { EndEvent, StartEvent, StepEvent, TrainEvent, TrainSink } from "../events.ts";
import { durationText, evaluationText, sizeText, stepLabel, stepText } from "./progress_text.ts";
import { StepClock } from "./step_clock.ts";

const CLEAR_LINE = "\r\x1b[2K";

/** Options for {@linkcode ProgressLine}. */
export interface ProgressLineOptions {
  /** Where to write; by default standard error, so that standard output stays for results. */
  stream?: ProgressStream;
  /** The least time between two lines on a pipe, in milliseconds; by default 5 s. */
  lineInterval?: number;
  /** The least time between two drawings on a terminal, in milliseconds; by default 100 ms. */
  drawInterval?: number;
  /** Returns the time in milliseconds; by default `performance.now()`. */
  now?: () => number;
}

/**
 * Shows a run in a terminal: one line of the last step that is redrawn in its place, and lines of
 * their own for evaluations, checkpoints and failures. On a pipe a step's line comes now and then,
 * and always for the first step and the last.
 */
export class ProgressLine implements TrainSink {
  readonly #stream: ProgressStream;
  readonly #interval: number;
  readonly #now: () => number;
  #steps = 0;
  #startTime = 0;
  #clock: StepClock | undefined;
  #nextTime = -Infinity;
  #shown = "";
  #waiting: string | undefined;

  constructor(options: ProgressLineOptions = {}) {
    const { stream = process.stderr, lineInterval = 5000, drawInterval = 100 } = options;
    this.#stream = stream;
    this.#interval = stream.isTTY ? drawInterval : lineInterval;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Shows an event. */
  take(event: TrainEvent): void {
    if (event.kind === "start") this.#start(event);
    else if (event.kind === "step") this.#step(event);
    else if (event.kind === "end") this.#end(event);
    else this.#print(this.#text(event));
  }

  /** Shows the last step, if a run that broke off left it, and ends the line. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.try(() => {
      this.#show();
      this.#keepLine();
    });
  }

  // A line that fills the last column of a terminal wraps, and could not be cleared.
  get #width(): number {
    return this.#stream.isTTY ? (this.#stream.columns ?? 80) - 1 : Infinity;
  }

  #start(event: StartEvent): void {
    const { step, steps, resumedFrom, notices } = event;
    this.#steps = steps;
    this.#startTime = this.#now();
    this.#clock = new StepClock(steps, this.#now);
    this.#nextTime = -Infinity;
    for (const notice of notices) this.#print(`note: ${notice}`);
    const from = resumedFrom === undefined ? "" : ` from ${resumedFrom}`;
    const what = step === 0
      ? `${steps} steps to go`
      : `resumed${from}, ${steps - step} steps to go`;
    this.#print(`${stepLabel(step, steps)} | ${what}; the first one compiles`);
  }

  #step(event: StepEvent): void {
    const clock = this.#clock ??= new StepClock(this.#steps, this.#now);
    clock.tick(event);
    this.#waiting = stepText(event, {
      steps: this.#steps,
      tokensPerSecond: clock.tokensPerSecond,
      secondsLeft: clock.secondsLeft,
      width: this.#width,
    });
    if (event.step < this.#steps && this.#now() < this.#nextTime) return;
    this.#nextTime = this.#now() + this.#interval;
    this.#show();
  }

  #end({ status, step, message }: EndEvent): void {
    this.#show();
    this.#keepLine();
    const seconds = (this.#now() - this.#startTime) / 1000;
    const because = message === undefined ? "" : `: ${message}`;
    this.#print(
      `${stepLabel(step, this.#steps)} | ${status} in ${durationText(seconds)}${because}`,
    );
  }

  #text(event: Exclude<TrainEvent, { kind: "start" | "step" | "end" }>): string {
    const label = stepLabel(event.step, this.#steps);
    switch (event.kind) {
      case "evaluation":
        return evaluationText(event, this.#steps);
      case "checkpoint": {
        const { path, bytes, seconds } = event;
        return `${label} | checkpoint ${path} | ${sizeText(bytes)} | ${durationText(seconds)}`;
      }
      case "checkpoint-failed":
        return `${label} | checkpoint failed, the run goes on: ${event.error}`;
      case "sink-failed":
        return `${label} | ${event.sink} failed, the run goes on: ${event.error}`;
    }
  }

  // Shows the line of the last step, if it is not shown yet.
  #show(): void {
    const text = this.#waiting;
    if (text === undefined) return;
    this.#waiting = undefined;
    if (!this.#stream.isTTY) {
      this.#stream.write(`${text}\n`);
      return;
    }
    this.#shown = text.slice(0, this.#width);
    this.#stream.write(`${CLEAR_LINE}${this.#shown}`);
  }

  // Prints a line of its own above the line of the last step.
  #print(line: string): void {
    if (this.#shown === "") this.#stream.write(`${line}\n`);
    else this.#stream.write(`${CLEAR_LINE}${line}\n${this.#shown}`);
  }

  #keepLine(): void {
    if (this.#shown !== "") this.#stream.write("\n");
    this.#shown = "";
  }
}
