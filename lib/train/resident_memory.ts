/** How long a reading holds: the system builds the answer anew each time. */
const SECOND = 1000;

/** The process's resident memory, read at most once a second. */
export class ResidentMemory {
  #bytes = 0;
  #until = 0;

  /** The resident set, bytes. */
  read(): number {
    const now = performance.now();
    if (now >= this.#until) {
      this.#bytes = Deno.memoryUsage().rss;
      this.#until = now + SECOND;
    }
    return this.#bytes;
  }
}
