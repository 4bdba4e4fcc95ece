import { granularityText } from "../quant/granularity.ts";
import { type Card, CARDS, fitsCard } from "./cards.ts";
import { estimateMemory } from "./estimate.ts";
import type { MeasuredMemory } from "./measure.ts";
import type { ClassBytes, MemoryAccount } from "./memory_classes.ts";
import { paperStackMemory } from "./paper_stack.ts";
import { defaultStack, type PaperStack, paperStackNamed } from "./paper_stacks.ts";
import { type MemoryOptions, resolveSetup, type StepSetup } from "./step_setup.ts";

/** What a compiler says that a step takes, bytes. */
export interface PlannedMemory {
  /** Arguments, outputs and temporaries, what is updated in place once. */
  readonly totalBytes: number;
  readonly argumentBytes: number;
  readonly outputBytes: number;
  readonly temporaryBytes: number;
  /** By class, where the plan was taken apart. */
  readonly byClass?: ClassBytes;
}

/** Compiles a step without running it. */
export type Planner = (setup: StepSetup, signal?: AbortSignal) => Promise<PlannedMemory>;

/** Runs a step. */
export type Measurer = (options: MemoryOptions) => Promise<MeasuredMemory>;

/** Whether a step fits a card. */
export interface CardFit {
  readonly card: Card;
  readonly fits: boolean;
}

/** The memory of a training step: in the papers' stack, and ours. */
export interface MemoryProfile {
  readonly setup: StepSetup;
  /** Ours, by formulas. */
  readonly estimated: MemoryAccount;
  /** Ours, by the compiler; absent where nothing planned it. */
  readonly planned?: PlannedMemory;
  /** Ours, as this machine ran it; absent where it did not run. */
  readonly measured?: MeasuredMemory;
  /** As the papers measured it, by the sizes of what their stack keeps. */
  readonly paperStack: MemoryAccount & { readonly stack: PaperStack };
  /** Which cards our step fits: planned, or else estimated. */
  readonly fits: readonly CardFit[];
}

/** Options for {@linkcode memoryProfile}. */
export interface MemoryProfileOptions extends MemoryOptions {
  /** Whose stack: `lr-qat`, `l4q`, or one described. Default: the one the method was published in. */
  readonly stack?: string | PaperStack;
  /** What plans the step; without it there is the estimate alone. */
  readonly plan?: Planner;
  /** What runs the step, if it is to be measured, too. */
  readonly measure?: Measurer;
  /** Stops the planning. */
  readonly signal?: AbortSignal;
}

/**
 * Tells the memory of a training step, without weights and, unless it is to be measured, without running it.
 *
 * @throws {RangeError} If a name is unknown (the nearest are offered) or a number is out of range.
 * @throws {FileFormatError} If the model's file is not a configuration.
 */
export async function memoryProfile(options: MemoryProfileOptions): Promise<MemoryProfile> {
  const { stack: chosen, plan, measure, signal, ...step } = options;
  const setup = await resolveSetup(step);
  const stack = typeof chosen === "string"
    ? paperStackNamed(chosen)
    : chosen ?? defaultStack(setup.method.name);
  const planned = await plan?.(setup, signal);
  const measured = await measure?.(step);
  const estimated = estimateMemory(setup);
  const ours = planned?.totalBytes ?? estimated.totalBytes;
  return {
    setup,
    estimated,
    ...(planned && { planned }),
    ...(measured && { measured }),
    paperStack: { ...paperStackMemory(setup, stack), stack },
    fits: CARDS.map((card) => ({ card, fits: fitsCard(ours, card) })),
  };
}

/** Bytes of our step: planned, or else estimated. */
export function oursBytes({ planned, estimated }: MemoryProfile): number {
  return planned?.totalBytes ?? estimated.totalBytes;
}

/** What a step is, as plain values for records: only the settings that say something of its memory. */
export function describeSetup(
  setup: StepSetup,
): Readonly<Record<string, string | number | boolean | null>> {
  const { model, method, settings, batch, seq, accumulation, recompute, moments } = setup;
  const isQuantized = method.limits.grids.length > 0 || method.limits.bits !== undefined;
  return {
    model,
    method: method.name,
    bits: isQuantized ? settings.bits : 16,
    granularity: method.limits.grids.length > 0 ? granularityText(settings.granularity) : "",
    rank: settings.rank,
    phi: method.name === "lr-qat" ? settings.phi : null,
    batch,
    seq,
    accumulation,
    recompute,
    compute: settings.compute,
    moments,
  };
}
