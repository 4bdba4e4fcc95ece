import { denoProcess } from "../../io/deno_process.ts";
import { describeRun, type RunNaming } from "../describe_run.ts";
import type { RunSpec } from "../run_spec.ts";
import type { TrialEvent, TrialResult } from "../run_trial.ts";
import type { Job, JobRunOptions } from "./job.ts";
import {
  type FromWorker,
  type JobEngine,
  messageBytes,
  readMessages,
  type ToWorker,
} from "./messages.ts";

/** Options for {@linkcode startWorkerJob}. */
export interface WorkerJobOptions {
  /** What the sweep's engine runs on; the worker has the same, with threads of its own. */
  readonly engine: JobEngine;
  /** The threads of the worker. */
  readonly threads: number;
  /** The folder of the results. */
  readonly folder: string;
}

/**
 * Starts a process that does runs. One that is killed leaves its run as stopped, and another process
 * takes its place with the next run.
 *
 * @throws {Error} If no process can be started, or its engine does not start.
 */
export async function startWorkerJob(options: WorkerJobOptions): Promise<Job> {
  return new WorkerJob(options, await WorkerProcess.start(options));
}

class WorkerJob implements Job {
  readonly #options: WorkerJobOptions;
  #worker: WorkerProcess;

  constructor(options: WorkerJobOptions, worker: WorkerProcess) {
    this.#options = options;
    this.#worker = worker;
  }

  get engine(): JobEngine {
    return this.#worker.engine;
  }

  async *run(
    spec: RunSpec,
    { id, study, scratch, modelFile, signal }: JobRunOptions,
  ): AsyncGenerator<TrialEvent, TrialResult, void> {
    if (this.#worker.ended) this.#worker = await WorkerProcess.start(this.#options);
    const worker = this.#worker;
    const started = new Date().toISOString();
    const stop = () => worker.tell({ kind: "stop" });
    signal?.addEventListener("abort", stop);
    try {
      const saving = modelFile === undefined ? {} : { modelFile };
      await worker.tell({ kind: "run", id, study, spec, scratch, ...saving });
      if (signal?.aborted) await stop();
      for (let said; (said = await worker.hear()) !== undefined;) {
        if (said.kind === "event") yield said.event;
        else if (said.kind === "result") return said.result;
        else if (said.kind === "refused") throw new Error(`A worker of the sweep: ${said.message}`);
      }
      return lostRun(spec, { id, study, started, cause: await worker.end() });
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.close();
  }
}

// Whoever killed the process did not kill the run: the next sweep takes it up.
function lostRun(
  spec: RunSpec,
  { id, study, started, cause }: RunNaming & { readonly started: string; readonly cause: string },
): TrialResult {
  const error = `Its process was ended by ${cause}, by hand or for want of memory: start the ` +
    `sweep again, which takes it up`;
  const run = { ...describeRun(spec, { id, study }), status: "stopped" as const, error, started };
  return { run, curve: [], layers: [], inputs: [], resumedFrom: null, modelError: null };
}

class WorkerProcess {
  readonly engine: JobEngine;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #messages: AsyncGenerator<FromWorker, void, void>;
  readonly #kill: () => void;
  #ended = false;

  static async start({ engine, threads, folder }: WorkerJobOptions): Promise<WorkerProcess> {
    const child = spawnWorker();
    const messages = readMessages<FromWorker>(child.stdout);
    const input = child.stdin.getWriter();
    const backend = engine.backend.value;
    // One that ended at once takes no message; what it was is told by its status.
    await input.write(messageBytes({ kind: "start", backend, threads, folder })).catch(() => {});
    const { value: first } = await messages.next();
    if (first?.kind === "ready") return new WorkerProcess(child, input, messages, first.engine);
    const { code, signal } = await child.status;
    const why = first?.kind === "refused" ? first.message : `it ended with ${signal ?? code}`;
    throw new Error(`Cannot start a worker of the sweep: ${why}`);
  }

  private constructor(
    child: Deno.ChildProcess,
    input: WritableStreamDefaultWriter<Uint8Array>,
    messages: AsyncGenerator<FromWorker, void, void>,
    engine: JobEngine,
  ) {
    this.#child = child;
    this.#input = input;
    this.#messages = messages;
    this.engine = engine;
    // A sweep that leaves at once cannot wait until its workers notice.
    this.#kill = () => child.kill("SIGKILL");
    globalThis.addEventListener("unload", this.#kill);
    child.status.then(() => {
      this.#ended = true;
      globalThis.removeEventListener("unload", this.#kill);
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  // A process that is gone hears nothing, which shows when it should answer.
  async tell(message: ToWorker): Promise<void> {
    await this.#input.write(messageBytes(message)).catch(() => {});
  }

  async hear(): Promise<FromWorker | undefined> {
    const { value } = await this.#messages.next();
    return value ?? undefined;
  }

  async end(): Promise<string> {
    const { code, signal } = await this.#child.status;
    return signal ?? `exit code ${code}`;
  }

  async close(): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#messages.return();
    await this.end();
  }
}

function spawnWorker(): Deno.ChildProcess {
  return denoProcess(new URL("./worker.ts", import.meta.url), {
    flags: ["--allow-net"],
    stdin: "piped",
    stderr: "inherit",
    purpose: "start workers, which more than one job takes",
  }).spawn();
}
