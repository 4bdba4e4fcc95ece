import { setImmediate, setTimeout as timer } from "node:timers/promises";

/** The longest that signals wait, in milliseconds, besides for the work that runs between two turns. */
const PATIENCE = 100;

let last = -Infinity;

/**
 * Lets signals, timers, reading and writing have their turn amid work that holds the thread.
 *
 * After an immediate the event loop looks for signals now and then only: one may wait for ten turns and
 * more. After a timer it always does, but that takes 2 ms; so a timer it is after each 100 ms.
 */
export async function eventTurn(): Promise<void> {
  if (performance.now() - last < PATIENCE) return await setImmediate();
  await timer();
  last = performance.now();
}
