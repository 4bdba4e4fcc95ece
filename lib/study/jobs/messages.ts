/**
 * What a sweep and its worker processes say to each other over their standard streams.
 *
 * @module
 */
import { deserialize, serialize } from "node:v8";
import type { BackendName, EngineStatus } from "../../engine/mod.ts";
import type { RunNaming } from "../describe_run.ts";
import type { TrialEvent, TrialResult } from "../run_trial.ts";
import type { RunSpec } from "../run_spec.ts";

/** What the engine of a worker runs on. */
export type JobEngine = Pick<EngineStatus, "backend" | "threads" | "version">;

/** A run for a worker. */
export interface RunOrder extends RunNaming {
  readonly kind: "run";
  readonly spec: RunSpec;
  /** The run's folder for checkpoints. */
  readonly scratch: string;
  /** Where the merged model is saved, if it is. */
  readonly modelFile?: string;
}

/** What a sweep tells a worker. */
export type ToWorker =
  | {
    readonly kind: "start";
    readonly backend: BackendName;
    readonly threads: number;
    /** The folder of the results, to show that someone is at work there. */
    readonly folder: string;
  }
  | RunOrder
  | { readonly kind: "stop" };

/** What a worker tells its sweep. */
export type FromWorker =
  | { readonly kind: "ready"; readonly engine: JobEngine }
  | { readonly kind: "event"; readonly event: TrialEvent }
  | { readonly kind: "result"; readonly result: TrialResult }
  | { readonly kind: "refused"; readonly message: string };

const LENGTH_BYTES = 4;

/** A message as bytes: its length, then V8's own form, which keeps NaN and all bits of a number. */
export function messageBytes(message: ToWorker | FromWorker): Uint8Array {
  const body = serialize(message);
  const bytes = new Uint8Array(LENGTH_BYTES + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  bytes.set(body, LENGTH_BYTES);
  return bytes;
}

/** The messages of a stream; what a process did not say to its end is left out. */
export async function* readMessages<Message extends ToWorker | FromWorker>(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Message, void, void> {
  let waiting = new Uint8Array();
  for await (const chunk of stream) {
    const bytes = new Uint8Array(waiting.length + chunk.length);
    bytes.set(waiting);
    bytes.set(chunk, waiting.length);
    let at = 0;
    for (let end; (end = messageEnd(bytes, at)) <= bytes.length; at = end) {
      yield deserialize(bytes.slice(at + LENGTH_BYTES, end)) as Message;
    }
    waiting = bytes.slice(at);
  }
}

function messageEnd(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < LENGTH_BYTES) return Infinity;
  return at + LENGTH_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}
