/**
 * A worker process of a sweep: does the runs that it is told to do, and tells what comes of them. It
 * ends with its sweep, whatever way that ends: then its standard input closes.
 *
 * @module
 */
import { start } from "../../engine/mod.ts";
import { type FromWorker, messageBytes, readMessages, type ToWorker } from "./messages.ts";
import { type Job, ownJob } from "./job.ts";
import { showWork } from "./worker_lock.ts";

type StartMessage = Extract<ToWorker, { readonly kind: "start" }>;
type RunMessage = Extract<ToWorker, { readonly kind: "run" }>;

const output = Deno.stdout.writable.getWriter();
const stop = new AbortController();
let job: Job | undefined;

async function tell(message: FromWorker): Promise<void> {
  await output.write(messageBytes(message));
}

async function begin({ backend, threads, folder }: StartMessage): Promise<void> {
  try {
    await showWork(folder);
    const engine = await start({ backend, threads });
    job = ownJob(engine);
    const { version } = engine;
    const told = { backend: engine.backend, threads: engine.threads };
    await tell({ kind: "ready", engine: { ...told, ...(version !== undefined && { version }) } });
  } catch (error) {
    await refuse(error);
  }
}

async function doRun({ kind: _, spec, ...options }: RunMessage): Promise<void> {
  try {
    if (!job) throw new Error("A worker must be started before it is given a run");
    const run = job.run(spec, { ...options, signal: stop.signal });
    let next = await run.next();
    for (; !next.done; next = await run.next()) await tell({ kind: "event", event: next.value });
    await tell({ kind: "result", result: next.value });
  } catch (error) {
    await refuse(error);
  }
}

async function refuse(error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  // With the sweep gone nobody reads it.
  await tell({ kind: "refused", message }).catch(() => {});
  Deno.exit(1);
}

if (import.meta.main) {
  // Ctrl-C goes to all processes of a terminal; the sweep says what it means.
  Deno.addSignalListener("SIGINT", () => {});
  for await (const message of readMessages<ToWorker>(Deno.stdin.readable)) {
    // Not waited for: a stop comes while a run goes on.
    if (message.kind === "start") begin(message);
    else if (message.kind === "run") doRun(message);
    else stop.abort();
  }
  Deno.exit(0);
}
