import { ROLES } from "../../model/trainable.ts";
import type { TrainEvent } from "../events.ts";

/** The column that every row has. */
export const STEP = "step";

const INTEGERS: ReadonlySet<string> = new Set(["tokens", "resident_bytes"]);

/** Whether a column holds whole numbers. */
export function isIntegerColumn(name: string): boolean {
  return INTEGERS.has(name);
}

/** The columns that come first, in this order; evaluations follow in the order they came in. */
const ORDER: readonly string[] = [
  "loss",
  "gradient_norm",
  ...ROLES.map((role) => `learning_rate_${role}`),
  "tokens",
  "seconds",
  "resident_bytes",
];

/**
 * The numbers of a run, one row a step, by column.
 *
 * An evaluation stands in the row of the step after which it was done, in columns
 * `evaluation_<metric>` and `evaluation_seconds`; one before the first step has a row 0 of its own.
 */
export class CurveTable {
  readonly #steps: number[] = [];
  readonly #columns = new Map<string, (number | undefined)[]>();

  /** The steps of the rows, rising. */
  get steps(): readonly number[] {
    return this.#steps;
  }

  /** The other columns, in the order of the file; a value that was not measured is `undefined`. */
  get columns(): ReadonlyMap<string, readonly (number | undefined)[]> {
    const first = ORDER.filter((name) => this.#columns.has(name));
    const rest = this.#columns.keys().filter((name) => !ORDER.includes(name));
    return new Map([...first, ...rest].map((name) => [name, this.#columns.get(name) ?? []]));
  }

  /** Adds what an event says; events come in the order of their steps. */
  add(event: TrainEvent): void {
    if (event.kind === "step") {
      const { step, loss, gradientNorm, tokens, seconds, residentBytes } = event;
      this.set(step, { loss, gradient_norm: gradientNorm });
      this.set(step, named("learning_rate_", event.learningRates));
      this.set(step, { tokens, seconds, resident_bytes: residentBytes });
    } else if (event.kind === "evaluation") {
      this.set(event.step, named("evaluation_", event.metrics));
      this.set(event.step, { evaluation_seconds: event.seconds });
    }
  }

  /**
   * Sets values of a step's row, which is the last one or a new one.
   *
   * @throws {RangeError} If there is a later step already.
   */
  set(step: number, values: Readonly<Record<string, number>>): void {
    const last = this.#steps.at(-1) ?? -1;
    if (step < last) throw new RangeError(`Cannot add step ${step} to a curve: it is at ${last}`);
    if (step > last) this.#steps.push(step);
    for (const [name, value] of Object.entries(values)) {
      // An integer column has no way to hold a number that is not finite.
      if (isIntegerColumn(name) && !Number.isFinite(value)) continue;
      const column = this.#column(name);
      column[this.#steps.length - 1] = value;
    }
  }

  #column(name: string): (number | undefined)[] {
    const found = this.#columns.get(name);
    if (found !== undefined) return found;
    const made: (number | undefined)[] = [];
    this.#columns.set(name, made);
    return made;
  }
}

function named(
  prefix: string,
  values: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]),
  );
}
