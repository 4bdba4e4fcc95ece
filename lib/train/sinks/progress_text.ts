import type { EvaluationEvent, StepEvent } from "../events.ts";
import { ROLES } from "../../model/trainable.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** What a progress line says beside the event itself. */
export interface StepContext {
  /** The number of steps of the whole run. */
  steps: number;
  /** The recent speed, tokens per second. */
  tokensPerSecond: number;
  /** The time that is left, seconds; `undefined` while it is not known. */
  secondsLeft: number | undefined;
  /** The width that is there; where it is too small, the least wanted numbers are left out. */
  width: number;
}

/** What is left out of a line that is too long, the least wanted first. */
const DISPENSABLE = ["memory", "rate", "speed"];

/**
 * Returns a step in words, e.g.
 * `step 00120/03000 (4.0%) | loss 3.912 | lr 1.0e-3 | 11.2k tok/s | 812 MiB | eta 4.1 min`.
 */
export function stepText(event: StepEvent, context: StepContext): string {
  const { steps, tokensPerSecond, secondsLeft, width } = context;
  const parts = new Map([
    [
      "step",
      `${stepLabel(event.step, steps)}/${padStep(steps, steps)} (${percent(event.step, steps)}%)`,
    ],
    ["loss", `loss ${event.loss.toFixed(3)}`],
    ["rate", `lr ${learningRateText(event)}`],
    ["speed", `${countText(tokensPerSecond)} tok/s`],
    ["memory", sizeText(event.residentBytes)],
    ["left", `eta ${secondsLeft === undefined ? "…" : durationText(secondsLeft)}`],
  ]);
  const text = () => [...parts.values()].join(" | ");
  for (const name of DISPENSABLE) if (text().length > width) parts.delete(name);
  return text();
}

/** Returns an evaluation in words, e.g. `step 00120 | evaluation | loss 3.801 | 1.2 s`. */
export function evaluationText(event: EvaluationEvent, steps: number): string {
  const metrics = Object.entries(event.metrics).map(([name, value]) => `${name} ${digits(value)}`);
  const label = stepLabel(event.step, steps);
  return [label, "evaluation", ...metrics, durationText(event.seconds)].join(" | ");
}

/** Returns the beginning of a line about a step, e.g. `step 00120`. */
export function stepLabel(step: number, steps: number): string {
  return `step ${padStep(step, steps)}`;
}

/** Returns a size in MiB, from 10 GiB on in GiB. */
export function sizeText(bytes: number): string {
  if (bytes >= 10 * GiB) return `${(bytes / GiB).toFixed(1)} GiB`;
  return `${(bytes / MiB).toFixed(bytes < 10 * MiB ? 1 : 0)} MiB`;
}

/** Returns a time with two digits or more, e.g. `0.4 s`, `35 s`, `4.1 min`, `2.3 h`. */
export function durationText(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 99.5) return `${seconds.toFixed(0)} s`;
  if (seconds < 99.5 * 60) return `${(seconds / 60).toFixed(1)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** Returns a count with a letter for its thousands, e.g. `950`, `11.2k`, `1.3M`. */
export function countText(count: number): string {
  if (count < 999.5) return count.toFixed(0);
  if (count < 999_950) return `${(count / 1e3).toFixed(1)}k`;
  return `${(count / 1e6).toFixed(1)}M`;
}

// Five digits align the lines of most runs, also those of two runs side by side.
function padStep(step: number, steps: number): string {
  return String(step).padStart(Math.max(5, String(steps).length), "0");
}

// Cut, not rounded: 100 % is the last step alone.
function percent(step: number, steps: number): string {
  return (Math.floor(1000 * step / steps) / 10).toFixed(1);
}

function learningRateText({ learningRates }: StepEvent): string {
  const rates = ROLES.map((role) => learningRates[role]).filter((rate) => rate !== undefined);
  return [...new Set(rates)].map((rate) => rate.toExponential(1)).join("/");
}

function digits(value: number): string {
  return Math.abs(value) < 1 || Math.abs(value) >= 1000 ? value.toPrecision(4) : value.toFixed(3);
}
