import type { StepEvent } from "../events.ts";

/** Steps that compile, fill caches and wake the machine: they say nothing about the others. */
const WARM_UP_STEPS = 10;

/** Steps over which the speed is taken. */
const RECENT_STEPS = 10;

/** Tells how fast a run goes and how long it still takes. */
export class StepClock {
  readonly #steps: number;
  readonly #now: () => number;
  #count = 0;
  #recent: StepEvent[] = [];
  #warm: { step: number; time: number } | undefined;

  /**
   * @param steps The number of steps of the whole run.
   * @param now Returns the time in milliseconds.
   */
  constructor(steps: number, now: () => number) {
    this.#steps = steps;
    this.#now = now;
  }

  /** Takes note of a step that is done now. */
  tick(event: StepEvent): void {
    this.#count++;
    // The first step compiles.
    if (this.#count === 2) this.#recent = [];
    this.#recent.push(event);
    if (this.#recent.length > RECENT_STEPS) this.#recent.shift();
    if (this.#count === WARM_UP_STEPS) this.#warm = { step: event.step, time: this.#now() };
  }

  /** The speed of the last steps, tokens per second. */
  get tokensPerSecond(): number {
    const sum = (key: "tokens" | "seconds") =>
      this.#recent.reduce((total, event) => total + event[key], 0);
    const seconds = sum("seconds");
    return seconds > 0 ? sum("tokens") / seconds : 0;
  }

  /**
   * The time that is left, seconds, with evaluations and checkpoints as often as until now;
   * `undefined` in the steps that compile and warm up.
   */
  get secondsLeft(): number | undefined {
    const step = this.#recent.at(-1)?.step;
    if (step === undefined) return undefined;
    if (step >= this.#steps) return 0;
    if (this.#warm === undefined || step <= this.#warm.step) return undefined;
    const seconds = (this.#now() - this.#warm.time) / 1000;
    return seconds / (step - this.#warm.step) * (this.#steps - step);
  }
}
