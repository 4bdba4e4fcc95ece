import { dirname } from "node:path";
import type { StartEvent, TrainEvent, TrainSink } from "../events.ts";
import { curveExists, SAVED_FROM } from "./curve_exists.ts";
import { bytesUpTo, type EventFileLine, readEventFile } from "./event_file.ts";
import { eventLine } from "./event_line.ts";
import { AppendFile } from "./append_file.ts";

/** Options for {@linkcode JsonLines}. */
export interface JsonLinesOptions {
  /** Whether a new run may write over the events of another run; by default no. */
  replace?: boolean;
}

/**
 * Appends every event of a run to a file, one JSON object a line.
 *
 * Each line is written before the next step begins, so a killed run has on disk what it did; lines
 * are flushed, against a power cut, after every event but a step. When a run resumes from step `k`,
 * the file is cut back to the events of steps up to `k`: it then holds every step once, with a
 * `start` line at each place where the run was taken up. A file that is not there or ends before
 * `k` is no error: the curve has a gap, which the `start` line shows. Numbers are exact; those that
 * are not finite are the strings `NaN`, `Infinity` and `-Infinity`.
 */
export class JsonLines implements TrainSink {
  readonly #path: string;
  readonly #replace: boolean;
  #file: AppendFile | undefined;

  /** Takes the path of the file, which is made or opened when the run starts. */
  constructor(path: string, options: JsonLinesOptions = {}) {
    this.#path = path;
    this.#replace = options.replace ?? false;
  }

  /**
   * Writes an event.
   *
   * @throws {Deno.errors.AlreadyExists} If a new run starts and the file holds another one's steps.
   * @throws {FileFormatError} If the file holds anything else than events; it stays as it is.
   * @throws One of `Deno.errors` if the disk refuses; the line is kept and written with the next.
   */
  async take(event: TrainEvent): Promise<void> {
    if (event.kind === "start") await this.#open(event);
    if (this.#file === undefined) throw new Error("Cannot write an event: no 'start' came first");
    this.#file.append(eventLine(event));
    if (event.kind !== "step") this.#file.sync();
  }

  /** Writes what the disk refused before, and closes the file. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.try(() => {
      const file = this.#file;
      this.#file = undefined;
      file?.[Symbol.dispose]();
    });
  }

  async #open({ step }: StartEvent): Promise<void> {
    await this[Symbol.asyncDispose]();
    await Deno.mkdir(dirname(this.#path), { recursive: true });
    const lines = await readEventFile(this.#path);
    this.#file = AppendFile.open(this.#path, this.#keptBytes(lines, step));
  }

  #keptBytes(lines: readonly EventFileLine[], step: number): number {
    if (step > 0) return bytesUpTo(lines, step);
    const last = Math.max(0, ...lines.map(({ event }) => event.step));
    // A run that was killed before its first step has nothing to lose.
    if (last > SAVED_FROM && !this.#replace) throw curveExists(this.#path, last);
    return 0;
  }
}
