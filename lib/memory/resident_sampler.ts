/**
 * The thread of `peak_resident.ts`: keeps the largest resident memory that it saw in shared memory.
 *
 * @module
 */

interface Orders {
  readonly shared: SharedArrayBuffer;
  /** Where in it the thread says that it looks: a byte behind the eight of what it saw. */
  readonly readyAt: number;
  readonly milliseconds: number;
}

interface Thread {
  onmessage: ((event: MessageEvent<Orders>) => void) | null;
}

const thread = self as unknown as Thread;

thread.onmessage = ({ data: { shared, readyAt, milliseconds } }) => {
  const most = new BigInt64Array(shared, 0, 1);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  // A message would wait for this thread's event loop, which the loop below never gives its turn.
  const ready = new Int32Array(shared, readyAt, 1);
  Atomics.store(ready, 0, 1);
  Atomics.notify(ready, 0);
  // Until the thread is ended from outside.
  while (true) {
    const bytes = BigInt(Deno.memoryUsage().rss);
    if (bytes > Atomics.load(most, 0)) Atomics.store(most, 0, bytes);
    Atomics.wait(clock, 0, 0, milliseconds);
  }
};
