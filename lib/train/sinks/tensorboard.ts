import { join } from "node:path";
import type { StartEvent, TrainEvent, TrainSink } from "../events.ts";
import { AppendFile } from "./append_file.ts";
import { restartRecord, scalarsRecord, versionRecord } from "./tensorboard_record.ts";

const PREFIX = "events.out.tfevents.";

/** Options for {@linkcode TensorBoard}. */
export interface TensorBoardOptions {
  /** Whether a new run may hide the run that the folder holds; by default no. */
  replace?: boolean;
}

/**
 * Writes a run as event files for TensorBoard: `train/*` for each step, `evaluation/*`.
 *
 * Each process writes a file of its own. A run that resumes from step `k` begins it with a mark
 * by which TensorBoard leaves out what earlier files say of later steps. Numbers are float32.
 */
export class TensorBoard implements TrainSink {
  readonly #folder: string;
  readonly #replace: boolean;
  #startStep = 0;
  #file: AppendFile | undefined;

  /**
   * Takes the folder of the run, which is made when the run starts; TensorBoard shows its parent.
   */
  constructor(folder: string, options: TensorBoardOptions = {}) {
    this.#folder = folder;
    this.#replace = options.replace ?? false;
  }

  /**
   * Writes an event.
   *
   * @throws {Deno.errors.AlreadyExists} If a new run starts and the folder holds another one's
   * files.
   * @throws One of `Deno.errors` if the disk refuses; the record is kept and written with the next.
   */
  async take(event: TrainEvent): Promise<void> {
    if (event.kind === "start") await this.#start(event);
    else if (event.kind === "step" || event.kind === "evaluation") {
      // Not made before there is something to show: a run killed until then leaves no file.
      this.#file ??= this.#open();
      this.#file.append(scalarsRecord(event.step, scalars(event)));
    } else if (event.kind === "checkpoint" || event.kind === "end") this.#file?.sync();
  }

  /** Writes what the disk refused before, and closes the file. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.try(() => {
      const file = this.#file;
      this.#file = undefined;
      file?.[Symbol.dispose]();
    });
  }

  async #start({ step }: StartEvent): Promise<void> {
    await this[Symbol.asyncDispose]();
    await Deno.mkdir(this.#folder, { recursive: true });
    this.#startStep = step;
    if (step > 0 || this.#replace) return;
    for await (const { name } of Deno.readDir(this.#folder)) {
      if (name.startsWith(PREFIX)) throw folderInUse(join(this.#folder, name));
    }
  }

  #open(): AppendFile {
    // TensorBoard reads the files in the order of their names.
    const [seconds, fraction] = (Date.now() / 1000).toFixed(3).split(".");
    const name = `${PREFIX}${seconds}.${fraction}.${Deno.pid}`;
    const file = AppendFile.open(join(this.#folder, name), 0);
    file.append(versionRecord());
    file.append(restartRecord(this.#startStep + 1));
    return file;
  }
}

function scalars(
  event: Extract<TrainEvent, { kind: "step" | "evaluation" }>,
): Readonly<Record<string, number>> {
  if (event.kind === "evaluation") return prefixed("evaluation/", event.metrics);
  return {
    "train/loss": event.loss,
    "train/gradient_norm": event.gradientNorm,
    ...prefixed("train/learning_rate/", event.learningRates),
    "train/tokens_per_second": event.tokens / event.seconds,
    "train/resident_bytes": event.residentBytes,
  };
}

function prefixed(
  prefix: string,
  values: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]),
  );
}

function folderInUse(path: string): Error {
  return new Deno.errors.AlreadyExists(
    `Cannot start a new run beside ${JSON.stringify(path)}, which is of another run: ` +
      "give another folder, move the file away, or set 'replace' to hide that run",
  );
}
