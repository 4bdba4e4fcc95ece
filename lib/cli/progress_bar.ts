import process from "node:process";
// @ts-types="@types/cli-progress"
import { SingleBar } from "cli-progress";
import type { ProgressStream } from "../../mod.ts";

/** A state to show. */
export interface ProgressState {
  /** What is being done, e.g. `download`; a new name starts a new bar. */
  readonly phase: string;
  /** How much is done. */
  readonly done: number;
  /** How much there is, if known. */
  readonly total: number | undefined;
  /** What the two count; bytes are shown in MiB. */
  readonly unit: string;
}

/** Options for {@linkcode ProgressBar}. */
export interface ProgressBarOptions {
  /** Where to draw; by default standard error, so that standard output stays for results. */
  stream?: ProgressStream;
  /** The least time between two lines on a pipe, in milliseconds; by default 5 s. */
  lineInterval?: number;
}

/** Shows progress: one line that is redrawn on a terminal, a line now and then on a pipe. */
export class ProgressBar implements Disposable {
  readonly #stream: ProgressStream;
  readonly #lineInterval: number;
  #phase: string | undefined;
  #bar: SingleBar | undefined;
  #nextLine = 0;
  #lastLine = "";

  constructor(options: ProgressBarOptions = {}) {
    const { stream = process.stderr, lineInterval = 5000 } = options;
    this.#stream = stream;
    this.#lineInterval = lineInterval;
  }

  /** Shows a state; calls may be as many as there is progress. */
  update(state: ProgressState): void {
    const isNew = state.phase !== this.#phase;
    if (isNew) this.#stop();
    this.#phase = state.phase;
    if (this.#stream.isTTY) this.#draw(state);
    else this.#print(state, isNew);
  }

  /** Ends the line, so that what follows starts on a new one. */
  [Symbol.dispose](): void {
    this.#stop();
  }

  #draw(state: ProgressState): void {
    this.#bar ??= startBar(this.#stream, state);
    this.#bar.update(state.done, { text: progressText(state) });
  }

  // cli-progress writes lines too, but a blank one after the last.
  #print(state: ProgressState, isNew: boolean): void {
    const now = performance.now();
    const text = progressText(state);
    // A download that ends stays at its full size for a while.
    if (text === this.#lastLine) return;
    if (!isNew && state.done !== state.total && now < this.#nextLine) return;
    this.#nextLine = now + this.#lineInterval;
    this.#lastLine = text;
    this.#stream.write(`${text}\n`);
  }

  #stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
    this.#phase = undefined;
  }
}

/** Returns a state in words, e.g. `download  12% 31/261 MiB`. */
export function progressText({ phase, done, total, unit }: ProgressState): string {
  const scale = unit === "bytes" ? 2 ** 20 : 1;
  const name = unit === "bytes" ? "MiB" : unit;
  const count = (value: number) => Math.floor(value / scale);
  if (total === undefined) return done === 0 ? `${phase} …` : `${phase} ${count(done)} ${name}`;
  const percent = total === 0 ? 100 : Math.floor(100 * done / total);
  return `${phase} ${percent.toString().padStart(3)}% ${count(done)}/${count(total)} ${name}`;
}

function startBar(stream: ProgressStream, state: ProgressState): SingleBar {
  const bar = new SingleBar({
    // Only these members of a stream are used.
    stream: stream as NodeJS.WritableStream,
    format: state.total === undefined ? "{text}" : "[{bar}] {text} | {eta_formatted} left",
    barsize: 30,
    // Nothing to be put back when a signal ends the process: no hidden cursor, no mode of line
    // wrapping, and no handler of the library's, which would swallow the first Ctrl-C.
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
  });
  bar.start(state.total ?? 0, state.done, { text: progressText(state) });
  return bar;
}
