import { NotEnoughMemoryError } from "../engine/mod.ts";
import type { LlamaConfig } from "../model/config.ts";
import { LOGITS_PIECE } from "../model/even_spans.ts";
import type { ResolvedRun } from "./run_options.ts";

/** What a step needs at least, in bytes. */
export interface MemoryNeed {
  /** Parameters, frozen ones too, gradients and moments. */
  readonly state: number;
  /** What the forward pass keeps for the backward pass. */
  readonly activations: number;
  /** The largest piece of logits with its gradient. */
  readonly logits: number;
}

const FLOAT = 4;

/**
 * Estimates from below what a step needs: float32 state, and the values that a block must keep, `[N, D]`
 * and `[N, F]` inputs of its products, heads and attention weights. With whole-block recomputation it
 * keeps the blocks' inputs and the values of one block.
 *
 * The plan of the compiled step is exact; this is for the moment before anything is compiled.
 */
export function memoryNeed(
  { model, data, batch, accumulation, recompute }: Pick<
    ResolvedRun,
    "model" | "data" | "batch" | "accumulation" | "recompute"
  >,
): MemoryNeed {
  const { config, parameters, trainables } = model;
  const trained = trainables.reduce((sum, { variable }) => sum + variable.size, 0);
  const variables = new Set<unknown>(trainables.map(({ variable }) => variable));
  const frozen = [...parameters.values()]
    .reduce((sum, tensor) => sum + (variables.has(tensor) ? 0 : tensor.size), 0);
  const sums = accumulation > 1 ? 1 : 0;
  const tokens = batch * data.seq;
  const block = tokens * blockValues(config, data.seq);
  const inputs = tokens * config.hiddenSize * config.layers;
  return {
    state: FLOAT * (frozen + (4 + sums) * trained),
    activations: FLOAT * (recompute === "block" ? inputs + block : config.layers * block),
    logits: FLOAT * 2 * Math.min(LOGITS_PIECE, tokens * config.vocabSize),
  };
}

// Per token: the two norms' inputs and outputs, the attention's output, queries, keys and values, two
// values of the feed-forward part, and the attention weights over half of the sequence.
function blockValues(config: LlamaConfig, seq: number): number {
  const { hiddenSize, intermediateSize, heads, keyValueHeads, headDim } = config;
  const projected = (2 * heads + 2 * keyValueHeads) * headDim;
  return 4 * hiddenSize + projected + 2 * intermediateSize + heads * seq / 2;
}

/**
 * Refuses a run that cannot fit.
 *
 * @throws {RangeError} If the estimate is above the memory of the machine or of its container; it says
 * both and what to change.
 */
export async function requireMemory(run: ResolvedRun): Promise<void> {
  const { state, activations, logits } = memoryNeed(run);
  const need = state + activations + logits;
  const limit = await memoryLimit();
  if (need <= limit) return;
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  throw new NotEnoughMemoryError(
    `Cannot train: a step of ${run.batch} x ${run.data.seq} tokens needs at least ${gib(need)} ` +
      `(${gib(state)} of parameters, gradients and moments, ${gib(activations)} of activations, ` +
      `${gib(logits)} of logits), and this machine has ${
        gib(limit)
      }; use a smaller 'batch' with more ` +
      `'accumulation', a shorter 'seq' or 'recompute: "block"'`,
  );
}

/** The bytes that this process can have at most: the machine's memory or its container's limit. */
export async function memoryLimit(): Promise<number> {
  const { total } = Deno.systemMemoryInfo();
  return Math.min(total, await containerLimit());
}

async function containerLimit(): Promise<number> {
  try {
    const text = await Deno.readTextFile("/sys/fs/cgroup/memory.max");
    return text.trim() === "max" ? Infinity : Number(text);
  } catch {
    // No control groups here, or none that may be read: only the machine's own limit is known.
    return Infinity;
  }
}
