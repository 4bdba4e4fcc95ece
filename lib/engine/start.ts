import { setCompiler } from "./compiler.ts";
import type { Device } from "./device.ts";
import { startFallback } from "./fallback/start.ts";
import type { FindLibraryOptions, TensorflowLibrary } from "./library/mod.ts";
import type { PjrtPlugin } from "./pjrt/plugin/mod.ts";
import { startPjrt } from "./pjrt/start.ts";
import { registerGradients } from "./ops/gradients.ts";
import type { Reasoned } from "./reasoned.ts";
import { startTensorflow } from "./tensorflow/start.ts";
import { tf } from "./tf.ts";

/** A backend that the engine can run on. */
export type BackendName = "tensorflow" | "webgpu" | "wasm" | "pjrt";

const AUTO: readonly BackendName[] = ["tensorflow", "webgpu", "wasm"];

/** The backends: those that `auto` tries, in its order, and `pjrt`, which must be asked for. */
export const BACKENDS: readonly BackendName[] = [...AUTO, "pjrt"];

/** Options of {@linkcode start}. */
export interface StartOptions extends FindLibraryOptions {
  /** The backend, or `auto` (default): the first of tensorflow, webgpu and wasm that starts. */
  readonly backend?: BackendName | "auto";
  /** Threads that one op may use; by default as many as the machine lets the process have. */
  readonly threads?: number;
}

/** What the engine runs on, each choice with its reason. */
export interface EngineStatus {
  readonly backend: Reasoned<BackendName>;
  readonly threads: Reasoned<number>;
  /** The devices that the backend found. */
  readonly devices: readonly Device[];
  /** The plugin, on the `pjrt` backend. */
  readonly plugin?: PjrtPlugin;
  /** TensorFlow's library, on the `tensorflow` backend. */
  readonly library?: TensorflowLibrary;
  /** The version that the library or the plugin tells of itself. */
  readonly version?: string;
  /** Why backends before the chosen one were not taken. */
  readonly refused: readonly Reasoned<BackendName>[];
}

let running: readonly Device[] = [];

/** The devices of the backend that was started last; none before. */
export function currentDevices(): readonly Device[] {
  return running;
}

/**
 * Starts the engine: TF.js on TensorFlow's own library, found on the machine or fetched once, or on
 * a fallback. TF.js's ops work after it.
 *
 * @throws {RangeError} If the backend is unknown or the number of threads is no positive integer.
 * @throws {LibraryUnavailableError} If `tensorflow` was asked for and cannot be had.
 * @throws {PluginUnavailableError} If `pjrt` was asked for and cannot be had.
 */
export async function start(options: StartOptions = {}): Promise<EngineStatus> {
  const status = await startAny(options);
  running = status.devices;
  return status;
}

async function startAny(options: StartOptions): Promise<EngineStatus> {
  const { backend = "auto" } = options;
  if (backend !== "auto" && !BACKENDS.includes(backend)) {
    throw new RangeError(
      `Unknown backend '${backend}': choose auto, ${BACKENDS.join(", ")}`,
    );
  }
  const threads = chooseThreads(options.threads);
  registerGradients();
  if (backend !== "auto") {
    const reason = "asked for";
    return {
      ...await startOne(backend, options, threads),
      backend: { value: backend, reason },
      refused: [],
    };
  }
  const refused: Reasoned<BackendName>[] = [];
  for (const value of AUTO) {
    try {
      const started = await startOne(value, options, threads);
      const reason = refused.length === 0
        ? "the fastest, and it works here"
        : "the first that works here";
      return { ...started, backend: { value, reason }, refused };
    } catch (error) {
      options.signal?.throwIfAborted();
      refused.push({ value, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const reasons = refused.map(({ value, reason }) => `${value}: ${reason}`).join("; ");
  throw new Error(`No backend starts on this machine: ${reasons}`);
}

async function startOne(
  backend: BackendName,
  options: StartOptions,
  asked: Reasoned<number>,
): Promise<Omit<EngineStatus, "backend" | "refused">> {
  if (backend === "tensorflow") {
    const { threads, ...started } = await startTensorflow({ ...options, threads: asked.value });
    const fixed = { value: threads, reason: "fixed when the library was loaded" };
    return { ...started, threads: threads === asked.value ? asked : fixed };
  }
  if (backend === "pjrt") {
    const { client } = await startPjrt(options);
    const type = client.platform.toUpperCase();
    return {
      devices: client.devices.map((device): Device => {
        const bytes = device.memoryStats()?.bytesLimit;
        return {
          name: `${device.kind} (${device.id})`,
          type,
          ...(bytes === undefined ? {} : { memoryBytes: bytes }),
        };
      }),
      plugin: client.plugin,
      version: client.platformVersion,
      threads: { value: navigator.hardwareConcurrency, reason: "the plugin takes all" },
    };
  }
  const software = options.backend === backend;
  const devices = await startFallback(backend, { software });
  setCompiler(undefined);
  await tf.ready();
  return { devices, threads: asked };
}

function chooseThreads(asked: number | undefined): Reasoned<number> {
  if (asked === undefined) {
    return { value: navigator.hardwareConcurrency, reason: "all that this process may use" };
  }
  if (!Number.isInteger(asked) || asked < 1) {
    throw new RangeError(
      `The number of threads must be a positive integer: current value is ${asked}`,
    );
  }
  return { value: asked, reason: "asked for" };
}
