import { currentDevices, dtypeOf, NotEnoughMemoryError } from "../engine/mod.ts";
import type { Device } from "../engine/device.ts";
import { byteLength, dtypeInfo } from "../engine/dtype.ts";
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
 * Estimates from below what a step needs: frozen weights as they are held, what is trained in float32,
 * and in the compute type the values that a block must keep, `[N, D]` and `[N, F]` inputs of its
 * products, heads and attention weights. With whole-block recomputation it keeps the blocks' inputs and
 * the values of one block.
 *
 * The plan of the compiled step is exact; this is for the moment before anything is compiled.
 */
export function memoryNeed(
  { model, data, batch, accumulation, recompute }: Pick<
    ResolvedRun,
    "model" | "data" | "batch" | "accumulation" | "recompute"
  >,
): MemoryNeed {
  const { config, parameters, trainables, compute = "float32" } = model;
  const trained = trainables.reduce((sum, { variable }) => sum + variable.size, 0);
  const variables = new Set<unknown>(trainables.map(({ variable }) => variable));
  const frozen = [...parameters.values()]
    .filter((tensor) => !variables.has(tensor))
    .reduce((sum, tensor) => sum + byteLength(tensor.shape, dtypeOf(tensor)), 0);
  const sums = accumulation > 1 ? 1 : 0;
  const tokens = batch * data.seq;
  const block = tokens * blockValues(config, data.seq);
  const inputs = tokens * config.hiddenSize * config.layers;
  const { bytes } = dtypeInfo(compute);
  return {
    state: frozen + FLOAT * (4 + sums) * trained,
    activations: bytes * (recompute === "block" ? inputs + block : config.layers * block),
    logits: (bytes + FLOAT) * Math.min(LOGITS_PIECE, tokens * config.vocabSize),
  };
}

// Per token: the two norms' inputs and outputs, the attention's output, queries, keys and values, two
// values of the feed-forward part, and the attention weights over half of the sequence.
function blockValues(config: LlamaConfig, seq: number): number {
  const { hiddenSize, intermediateSize, heads, keyValueHeads, headDim } = config;
  const projected = (2 * heads + 2 * keyValueHeads) * headDim;
  return 4 * hiddenSize + projected + 2 * intermediateSize + heads * seq / 2;
}

/** What a step may take. */
interface MemoryLimit {
  readonly bytes: number;
  /** What has it. */
  readonly owner: string;
}

/**
 * Refuses a run that cannot fit.
 *
 * @throws {NotEnoughMemoryError} If the estimate is above the memory of what runs the step, a GPU or this
 * machine or its container; it says both and what to change. A GPU that does not tell may have any.
 */
export async function requireMemory(run: ResolvedRun): Promise<void> {
  const { state, activations, logits } = memoryNeed(run);
  const need = state + activations + logits;
  const limit = await memoryLimit(currentDevices());
  if (need <= limit.bytes) return;
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  throw new NotEnoughMemoryError(
    `Cannot train: a step of ${run.batch} x ${run.data.seq} tokens needs at least ${gib(need)} ` +
      `(${gib(state)} of parameters, gradients and moments, ${gib(activations)} of activations, ` +
      `${gib(logits)} of logits), and ${limit.owner} has ${gib(limit.bytes)}; use a smaller ` +
      `'batch' with more 'accumulation', a shorter 'seq' or 'recompute: "block"'`,
  );
}

/** The bytes that a step on some devices can have at most; without any, on this machine. */
export async function memoryLimit(devices: readonly Device[]): Promise<MemoryLimit> {
  const accelerators = devices.filter(({ type }) => type !== "CPU");
  if (accelerators.length > 0) {
    const sizes = accelerators.map(({ memoryBytes = Infinity }) => memoryBytes);
    return { bytes: Math.max(...sizes), owner: "the largest accelerator" };
  }
  const { total } = Deno.systemMemoryInfo();
  return { bytes: Math.min(total, await containerLimit()), owner: "this machine" };
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
