import type { Command } from "commander";
import { memory, methodNamed } from "../../mod.ts";
import { givenOptions } from "./command.ts";
import type { FormatOptions } from "./format_option.ts";

/** The options of `deno task memory`, as they are parsed. */
export interface MemoryCommandOptions extends FormatOptions {
  readonly model?: string;
  readonly method?: string;
  readonly bits?: number;
  readonly granularity?: string;
  readonly rank?: number;
  readonly phi?: string;
  readonly batch: number;
  readonly seq?: number;
  readonly accumulation: number;
  readonly recompute: memory.RecomputeChoice;
  readonly compute: "float32" | "bfloat16";
  readonly moments: memory.StateType;
  readonly stack?: string;
  readonly card?: string;
  readonly estimate: boolean;
  readonly measure: boolean;
  readonly study?: string;
  readonly output?: string;
  readonly fresh: boolean;
}

/** What goes with a study; everything else describes a step of one's own. */
const OF_STUDIES: readonly string[] = ["study", "output", "fresh", "estimate", "format"];

/**
 * Refuses options that do not go together, or would change nothing.
 *
 * @throws {RangeError} What to leave out.
 */
export function requireFitting(options: MemoryCommandOptions, command: Command): void {
  if (options.study === undefined) {
    requireFittingStep(options);
    if (options.output === undefined && !options.fresh) return;
    const name = options.fresh ? "--fresh" : "--output";
    throw new RangeError(`Leave out ${name}, or write --study: a single step is printed`);
  }
  const others = givenOptions(command).filter((name) => !OF_STUDIES.includes(name));
  if (others.length > 0) {
    const names = others.map((name) => `--${name}`).join(", ");
    throw new RangeError(`Leave out ${names}: a study has its own steps`);
  }
  if (options.format === "json" && options.output !== undefined) {
    throw new RangeError("Leave out --format or --output: JSON is printed, a report is written");
  }
}

// Settings that a method does not look at change nothing, which would look like an answer here.
function requireFittingStep({ method: name, bits, granularity, phi }: MemoryCommandOptions): void {
  if (name === undefined) return;
  const { limits } = methodNamed(name);
  if (phi !== undefined && name !== "lr-qat") {
    throw new RangeError(`Leave out --phi, or write --method lr-qat: ${name} has no downcast`);
  }
  const isFloat = limits.grids.length === 0 && limits.bits === undefined;
  if (isFloat && (bits ?? granularity) !== undefined) {
    const option = bits === undefined ? "--granularity" : "--bits";
    throw new RangeError(`Leave out ${option}: ${name} quantizes no weight`);
  }
}

/** The step that the options describe. */
export function stepOptions(
  options: MemoryCommandOptions,
): Omit<memory.MemoryOptions, "model" | "method"> {
  const { bits, granularity, rank, phi, seq, stack } = options;
  const { batch, accumulation, recompute, compute, moments } = options;
  return {
    batch,
    accumulation,
    recompute,
    compute,
    moments,
    // Float weights are held in the type that products take them in.
    weightStorage: compute,
    ...(bits !== undefined && { bits }),
    ...(granularity !== undefined && { granularity }),
    ...(rank !== undefined && { rank }),
    ...(phi !== undefined && { phi }),
    ...(seq !== undefined && { seq }),
    ...(stack !== undefined && { stack }),
  };
}
