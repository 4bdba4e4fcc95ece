/**
 * The thread of `peak_resident.ts`: keeps the largest resident memory that it saw in shared memory.
 *
 * @module
 */

interface Orders {
  readonly shared: SharedArrayBuffer;
  readonly milliseconds: number;
}

interface Thread {
  onmessage: ((event: MessageEvent<Orders>) => void) | null;
  postMessage(message: unknown): void;
}

const thread = self as unknown as Thread;

thread.onmessage = ({ data: { shared, milliseconds } }) => {
  const most = new BigInt64Array(shared);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  thread.postMessage("ready");
  // Until the thread is ended from outside.
  while (true) {
    const bytes = BigInt(Deno.memoryUsage().rss);
    if (bytes > Atomics.load(most, 0)) Atomics.store(most, 0, bytes);
    Atomics.wait(clock, 0, 0, milliseconds);
  }
};
