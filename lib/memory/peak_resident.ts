import process from "node:process";

/** What {@linkcode peakResident} found. */
export interface PeakResident<T> {
  /** What the work came to. */
  readonly value: T;
  /** Resident memory right before the work, bytes. */
  readonly beforeBytes: number;
  /** The largest resident memory while the work went on, bytes. */
  readonly peakBytes: number;
  /**
   * `system`: the largest of the process's life, which fell into the work; exact. `sampled`: something
   * before the work took more, so a thread looked every millisecond.
   */
  readonly source: "system" | "sampled";
}

/** How long the thread waits for the next look. */
const MILLISECOND = 1;

/** Where in the shared memory the thread says that it looks, and is told to end: behind what it saw. */
const STATE_AT = 8;

/** What tells the thread to end: one that blocks is not ended from outside. */
const ENDED = 2;

/**
 * Does work and tells the largest resident memory of this process meanwhile.
 *
 * The system keeps a peak for the life of a process; resetting it takes all permissions. So where the
 * work does not raise it, the samples of a thread count, which also runs while the work blocks this one.
 *
 * @param work The work, such as a training step that was compiled before.
 */
export async function peakResident<T>(work: () => T | Promise<T>): Promise<PeakResident<T>> {
  await using sampler = await Sampler.start();
  const beforeBytes = Deno.memoryUsage().rss;
  const highest = lifePeak();
  sampler.reset();
  const value = await work();
  const sampled = sampler.most();
  const after = lifePeak();
  if (after > highest) return { value, beforeBytes, peakBytes: after, source: "system" };
  return { value, beforeBytes, peakBytes: Math.max(beforeBytes, sampled), source: "sampled" };
}

/** The largest resident memory since the process began, bytes. */
function lifePeak(): number {
  // In KiB on Linux, as getrusage() has it.
  return 1024 * process.resourceUsage().maxRSS;
}

/** A thread that looks at the process's memory until it is disposed. */
class Sampler {
  readonly #worker: Worker;
  readonly #shared: SharedArrayBuffer;

  constructor(worker: Worker, shared: SharedArrayBuffer) {
    this.#worker = worker;
    this.#shared = shared;
  }

  static async start(): Promise<Sampler> {
    const shared = new SharedArrayBuffer(16);
    const worker = new Worker(new URL("./resident_sampler.ts", import.meta.url), {
      type: "module",
    });
    const { promise, reject } = Promise.withResolvers<never>();
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Error: memory cannot be watched: ${event.message}`));
    };
    worker.postMessage({ shared, stateAt: STATE_AT, milliseconds: MILLISECOND });
    const looks = Atomics.waitAsync(new Int32Array(shared, STATE_AT, 1), 0, 0);
    await Promise.race([promise, looks.value]);
    return new Sampler(worker, shared);
  }

  reset(): void {
    new BigInt64Array(this.#shared)[0] = 0n;
  }

  most(): number {
    return Number(Atomics.load(new BigInt64Array(this.#shared), 0));
  }

  [Symbol.asyncDispose](): Promise<void> {
    Atomics.store(new Int32Array(this.#shared, STATE_AT, 1), 0, ENDED);
    this.#worker.onerror = null;
    return Promise.resolve();
  }
}
