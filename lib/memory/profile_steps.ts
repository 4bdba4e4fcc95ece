import type { MemoryProfileRow, StepRows } from "../results/memory_row.ts";
import { memoryProfile, type MemoryProfileOptions, type Planner } from "./profile.ts";
import { profileRows } from "./profile_rows.ts";

/** A step that a study of memory asks for. */
export interface MemoryStep {
  /** How tables and figures call it. */
  readonly label: string;
  /** What the step is. */
  readonly step: Omit<MemoryProfileOptions, "plan" | "signal">;
  /** What is published for it: a number in `GB` (10^9 bytes) or `GiB`, or why there is none. */
  readonly published?: {
    readonly value: number | null;
    readonly unit: string;
    readonly status: string;
  };
}

/** Options for {@linkcode profileSteps}. */
export interface ProfileStepsOptions {
  readonly study: string;
  readonly plan?: Planner;
  readonly signal?: AbortSignal;
  /** What is known of the first steps; those that are whole are not profiled again. */
  readonly known?: readonly StepRows[];
  /** Told of the rows of all steps so far after each step, which waits for it. */
  readonly onRows?: (steps: readonly StepRows[]) => void | Promise<void>;
  /** Told before each step, which waits for it. */
  readonly onStep?: (label: string, index: number) => void | Promise<void>;
  /** Told of a plan that failed: the step has its other rows, and the next ones follow. */
  readonly onFailure?: (label: string, error: Error) => void | Promise<void>;
}

const UNITS: ReadonlyMap<string, number> = new Map([["GB", 1e9], ["GiB", 2 ** 30]]);

/**
 * Profiles the steps of a study, one after the other.
 *
 * @throws {RangeError} If a step cannot be, or a published number is in no unit of bytes.
 */
export async function profileSteps(
  steps: readonly MemoryStep[],
  { study, plan, signal, known, onRows, onStep, onFailure }: ProfileStepsOptions,
): Promise<MemoryProfileRow[]> {
  const done: StepRows[] = [];
  for (const [index, { label, step, published }] of steps.entries()) {
    const before = known?.[index];
    if (before?.isWhole) {
      done.push(before);
      continue;
    }
    signal?.throwIfAborted();
    await onStep?.(label, index);
    let isWhole = true;
    const failed = async (error: unknown) => {
      if (!onFailure || !(error instanceof Error) || signal?.aborted) throw error;
      isWhole = false;
      await onFailure(label, error);
      return await memoryProfile(step);
    };
    const profile = await memoryProfile({
      ...step,
      ...(plan && { plan }),
      ...(signal && { signal }),
    }).catch(failed);
    const rows = profileRows(profile, {
      study,
      label,
      ...(published && {
        published: { bytes: publishedBytes(published), status: published.status },
      }),
    });
    done.push({ rows, isWhole });
    await onRows?.(done);
  }
  return done.flatMap(({ rows }) => rows);
}

function publishedBytes(
  { value, unit }: NonNullable<MemoryStep["published"]>,
): number | null {
  if (value === null) return null;
  const size = UNITS.get(unit);
  if (size) return Math.round(value * size);
  throw new RangeError(`A published number is in '${unit}': it must be in GB or GiB`);
}
