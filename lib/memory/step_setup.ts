import { nearestNames } from "../data/nearest_name.ts";
import type { Method } from "../methods/method.ts";
import { methodNamed } from "../methods/registry.ts";
import { type MethodOptions, type MethodSettings, resolveSettings } from "../methods/settings.ts";
import type { LlamaConfig } from "../model/config.ts";
import { BLOCK_LINEARS, linearShape } from "../model/parameter_shapes.ts";
import { scaleShape } from "../quant/granularity.ts";
import { modelShape } from "./model_shapes.ts";
import { parsePhi } from "./parse_phi.ts";

/** What the backward pass makes again: nothing, the weight of each linear layer, or whole blocks. */
export const RECOMPUTES = ["none", "linear", "block"] as const;

/** One of {@linkcode RECOMPUTES}. */
export type RecomputeChoice = typeof RECOMPUTES[number];

/** The types that can hold what is trained and the optimizer's moments, with their bytes. */
export const STATE_BYTES = { float32: 4, bfloat16: 2 } as const;

/** One of {@linkcode STATE_BYTES}. */
export type StateType = keyof typeof STATE_BYTES;

/** What a step is, as a user says it. Settings that a method does not look at change nothing. */
export interface MemoryOptions extends Omit<MethodOptions, "recompute" | "phi"> {
  /** A built-in name such as `llama-2-7b`, or the path of a `config.json`. */
  readonly model: string;
  /** The method, such as `lr-qat`. */
  readonly method: string;
  /** LR-QAT's downcast: as in {@linkcode MethodOptions}, or as the paper has it: `q4.4`, `int4`. */
  readonly phi?: string;
  /** Sequences of a micro-batch. Default: 1. */
  readonly batch?: number;
  /** Tokens of a sequence. Default: 1024, or what the model allows. */
  readonly seq?: number;
  /** Micro-batches of a step. Default: 1. */
  readonly accumulation?: number;
  /** Default: `linear`, as the papers have it. */
  readonly recompute?: RecomputeChoice;
  /** The type of the optimizer's two moments, in our step. Default: `float32`. */
  readonly moments?: StateType;
}

/** A step with everything filled in and checked. */
export interface StepSetup {
  readonly model: string;
  readonly config: LlamaConfig;
  readonly method: Method;
  readonly settings: MethodSettings;
  readonly batch: number;
  readonly seq: number;
  readonly accumulation: number;
  readonly recompute: RecomputeChoice;
  readonly moments: StateType;
}

const LARGEST_BATCH = 2 ** 20;

/**
 * Fills in the defaults and checks everything.
 *
 * @throws {RangeError} If a name is unknown (the nearest are offered) or a number is out of range.
 * @throws {FileFormatError} If the model's file is not a configuration.
 */
export async function resolveSetup(options: MemoryOptions): Promise<StepSetup> {
  // Names are cheaper to refuse than files are to read.
  methodNamed(options.method);
  return setupFor(await modelShape(options.model), options);
}

/**
 * As {@linkcode resolveSetup}, for a model whose shape is at hand.
 *
 * @throws {RangeError} If a name is unknown (the nearest are offered) or a number is out of range.
 */
export function setupFor(config: LlamaConfig, options: MemoryOptions): StepSetup {
  const { model, method: name, batch, seq, accumulation, recompute, phi, ...others } = options;
  const { moments = "float32", ...rest } = others;
  const method = methodNamed(name);
  const chosen = recompute ?? "linear";
  requireName("recompute", chosen, RECOMPUTES);
  requireName("moments", moments, Object.keys(STATE_BYTES));
  const downcast = phi === undefined ? {} : parsePhi(phi, rest.bits);
  const settings = resolveSettings(method, {
    ...rest,
    ...downcast,
    recompute: chosen !== "none",
  });
  const setup: StepSetup = {
    model,
    config,
    method,
    settings,
    batch: integer("batch", batch ?? 1, { most: LARGEST_BATCH }),
    // Of a single token nothing is predicted.
    seq: integer("seq", seq ?? Math.min(1024, config.maxPositions), {
      least: 2,
      most: config.maxPositions,
    }),
    accumulation: integer("accumulation", accumulation ?? 1, { most: LARGEST_BATCH }),
    recompute: chosen,
    moments,
  };
  requireLayers(setup);
  return setup;
}

function requireLayers({ model, config, method, settings }: StepSetup): void {
  for (const linear of BLOCK_LINEARS) {
    const [outputs, inputs] = linearShape(config, linear);
    const largest = Math.min(outputs, inputs);
    if (settings.rank > largest) {
      throw new RangeError(
        `Cannot profile ${model}: 'rank' must be at most ${largest}, the smaller side of ` +
          `${linear}: current value is ${settings.rank}`,
      );
    }
    if (method.limits.grids.length > 0) scaleShape([outputs, inputs], settings.granularity);
  }
}

function integer(
  name: string,
  value: number,
  { least = 1, most }: { readonly least?: number; readonly most: number },
): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(
    `Cannot profile a step: '${name}' must be an integer from ${least} to ${most}: ` +
      `current value is ${value}`,
  );
}

function requireName(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const near = nearestNames(name, known).join(" or ");
  throw new RangeError(
    `Cannot profile a step: unknown '${what}' ${JSON.stringify(name)}: ${
      near ? `did you mean ${near}?` : `known are ${known.join(", ")}`
    }`,
  );
}
