import { groupKey } from "../order_runs.ts";
import type { PlannedRun } from "../study.ts";

/** Runs that wait for several jobs: each job keeps to those that share what it has compiled. */
export class RunQueue {
  readonly #groups: Map<string, PlannedRun[]>;
  readonly #current = new Map<number, string>();

  /** Takes the runs, each once. */
  constructor(runs: readonly PlannedRun[]) {
    this.#groups = Map.groupBy(runs, ({ spec }) => groupKey(spec));
  }

  /**
   * The next run for a job; none when all are given away. A job goes on with its group, else begins
   * the first that no job is at, else helps with the longest.
   *
   * @param job The number of the job.
   */
  take(job: number): PlannedRun | undefined {
    const key = this.#keyFor(job);
    if (key === undefined) {
      this.#current.delete(job);
      return undefined;
    }
    this.#current.set(job, key);
    return this.#groups.get(key)?.shift();
  }

  #keyFor(job: number): string | undefined {
    const waiting = [...this.#groups].filter(([, runs]) => runs.length > 0);
    const own = this.#current.get(job);
    const taken = new Set(this.#current.values());
    const found = waiting.find(([key]) => key === own) ??
      waiting.find(([key]) => !taken.has(key)) ??
      waiting.toSorted(([, a], [, b]) => b.length - a.length)[0];
    return found?.[0];
  }
}
