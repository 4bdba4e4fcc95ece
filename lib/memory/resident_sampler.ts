/**
 * The thread of `peak_resident.ts`: keeps the largest resident memory that it saw in shared memory.
 *
 * @module
 */

interface Orders {
  readonly shared: SharedArrayBuffer;
  /** Where in it the thread says that it looks, and is told to end: behind the eight bytes of what it saw. */
  readonly stateAt: number;
  readonly milliseconds: number;
}

/** The state of a thread that looks; 0 before, another number when it is to end. */
const LOOKS = 1;

interface Thread {
  close(): void;
  onmessage: ((event: MessageEvent<Orders>) => void) | null;
}

const thread = self as unknown as Thread;

thread.onmessage = ({ data: { shared, stateAt, milliseconds } }) => {
  const most = new BigInt64Array(shared, 0, 1);
  const clock = new Int32Array(new SharedArrayBuffer(4));
  // A message would wait for this thread's event loop, which the loop below never gives its turn.
  const state = new Int32Array(shared, stateAt, 1);
  Atomics.store(state, 0, LOOKS);
  Atomics.notify(state, 0);
  while (Atomics.load(state, 0) === LOOKS) {
    const bytes = BigInt(Deno.memoryUsage().rss);
    if (bytes > Atomics.load(most, 0)) Atomics.store(most, 0, bytes);
    Atomics.wait(clock, 0, 0, milliseconds);
  }
  thread.close();
};
