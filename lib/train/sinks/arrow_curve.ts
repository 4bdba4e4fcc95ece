import { dirname } from "node:path";
import { writeFileAtomic } from "../../io/atomic.ts";
import { isMissing } from "../../io/system_error.ts";
import type { StartEvent, TrainEvent, TrainSink } from "../events.ts";
import { curveExists, SAVED_FROM } from "./curve_exists.ts";
import { decodeCurve, encodeCurve } from "./curve_ipc.ts";
import { CurveTable } from "./curve_table.ts";
import { readEventFile } from "./event_file.ts";
import { eventLine } from "./event_line.ts";
import { AppendFile } from "./append_file.ts";

/** Options for {@linkcode ArrowCurve}. */
export interface ArrowCurveOptions {
  /** Whether a new run may write over the curve of another run; by default no. */
  replace?: boolean;
}

/**
 * Keeps the curve of a run as an Arrow IPC file, one row a step.
 *
 * The columns are `step`, `loss`, `gradient_norm`, `learning_rate_<role>`, `tokens`, `seconds`,
 * `resident_bytes`, and, null in steps without an evaluation, `evaluation_<metric>` and
 * `evaluation_seconds`. The file is replaced as a whole at checkpoints and at the end; what came
 * since stands as lines in `<path>.journal`, so that a killed process loses nothing between a
 * checkpoint and the writing of the curve. A run that resumes from step `k` keeps the rows up to
 * `k`.
 */
export class ArrowCurve implements TrainSink {
  readonly #path: string;
  readonly #replace: boolean;
  #table = new CurveTable();
  #journal: AppendFile | undefined;
  #isWritten = true;

  /** Takes the path of the file, which is read or first written when the run starts. */
  constructor(path: string, options: ArrowCurveOptions = {}) {
    this.#path = path;
    this.#replace = options.replace ?? false;
  }

  /**
   * Keeps an event's numbers.
   *
   * @throws {Deno.errors.AlreadyExists} If a new run starts and the file holds another one's curve.
   * @throws {FileFormatError} If the file is not a curve of ours; it stays as it is.
   * @throws One of `Deno.errors` if the disk refuses; the next checkpoint writes the whole curve.
   */
  async take(event: TrainEvent): Promise<void> {
    if (event.kind === "start") await this.#start(event);
    else if (event.kind === "checkpoint" || event.kind === "end") await this.#write();
    else if (event.kind === "step" || event.kind === "evaluation") this.#add(event);
  }

  /** Writes the curve if a step came since it was written. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#journal === undefined) return;
    try {
      if (!this.#isWritten) await this.#write();
    } finally {
      const journal = this.#journal;
      this.#journal = undefined;
      journal[Symbol.dispose]();
      if (this.#isWritten) await Deno.remove(this.#journalPath).catch(ignoreMissing);
    }
  }

  get #journalPath(): string {
    return `${this.#path}.journal`;
  }

  async #start({ step }: StartEvent): Promise<void> {
    await this[Symbol.asyncDispose]();
    await Deno.mkdir(dirname(this.#path), { recursive: true });
    const kept = await this.#read(step > 0 ? step : Infinity);
    const last = kept.steps.at(-1) ?? 0;
    if (step === 0 && last > SAVED_FROM && !this.#replace) throw curveExists(this.#path, last);
    this.#table = step > 0 ? kept : new CurveTable();
    // The file comes before the journal that it makes needless: a kill between them loses nothing.
    await writeFileAtomic(this.#path, encodeCurve(this.#table));
    this.#journal = AppendFile.open(this.#journalPath, 0);
    this.#isWritten = true;
  }

  async #read(lastStep: number): Promise<CurveTable> {
    const bytes = await Deno.readFile(this.#path).catch(ignoreMissing);
    const table = bytes === undefined
      ? new CurveTable()
      : decodeCurve(bytes, { path: this.#path, lastStep });
    // The journal still holds rows of the file if the process was killed before it was cut.
    const written = table.steps.at(-1) ?? -1;
    for (const { event } of await readEventFile(this.#journalPath)) {
      if (event.step >= written && event.step <= lastStep) table.add(event);
    }
    return table;
  }

  #add(event: TrainEvent): void {
    this.#table.add(event);
    this.#isWritten = false;
    this.#journal?.append(eventLine(event));
  }

  async #write(): Promise<void> {
    await writeFileAtomic(this.#path, encodeCurve(this.#table));
    this.#isWritten = true;
    this.#journal?.clear();
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
