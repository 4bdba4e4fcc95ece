/**
 * What a block of our compiled step keeps for its backward pass, tensor by tensor.
 *
 * Letters: B batch, T tokens, N = B T, D width, F inner width, H and K heads and key heads, P head size,
 * O and I a linear layer's outputs and inputs, G its scales. Numbers are of the compute type. A compiler
 * that sees the whole step keeps what the gradients need and cannot be made again by cheap elementwise
 * work inside a fused loop: no float32 copies, no unrotated queries, no SiLU. The list was read off the
 * live ranges of XLA's buffer assignment and is the same for all methods but for the last two lines.
 *
 * @module
 */
import type { LlamaConfig } from "../model/config.ts";
import { blockShapes, trainsScales } from "./linear_storage.ts";
import { scaleShape } from "../quant/granularity.ts";
import type { StepSetup } from "./step_setup.ts";
import type { KeptTensor } from "./torch_activations.ts";

/** Queries that attention takes at once; longer sequences are cut, as in `model/attention.ts`. */
const PIECE = 256;
const FLOAT = 4;
/** The methods with an adapter beside the weight. */
const KEEPS_ADAPTER: readonly string[] = ["lora", "qat-lora", "qlora", "qlora-star"];

/** Bytes of a number of the compute type. */
export function computeBytes({ settings }: StepSetup): number {
  return settings.compute === "bfloat16" ? 2 : FLOAT;
}

/** What one block keeps where nothing of it is made again. */
export function compiledBlockKept(setup: StepSetup): KeptTensor[] {
  const { config, batch, seq } = setup;
  const size = computeBytes(setup);
  const tokens = batch * seq;
  const width = size * tokens * config.hiddenSize;
  const queries = size * tokens * config.heads * config.headDim;
  const keys = size * tokens * config.keyValueHeads * config.headDim;
  const inner = size * tokens * config.intermediateSize;
  return [
    { what: "residual stream, after attention and after the block", bytes: width, count: 2 },
    { what: "outputs of the two norms", bytes: width, count: 2 },
    { what: "scaled queries, and the input of o", bytes: queries, count: 2 },
    { what: "rotated keys, values", bytes: keys, count: 2 },
    {
      what: "attention weights, up to each piece's last key",
      bytes: size * batch * config.heads * scoredPairs(seq),
      count: 1,
    },
    { what: "gate, up, and the input of down", bytes: inner, count: 3 },
    { what: "means and roots of the norms", bytes: FLOAT * tokens, count: 4 },
    ...weightKept(setup),
  ];
}

/** The inputs of all blocks and the last one's output, with whole blocks made again. */
export function blockInputsKept(setup: StepSetup): KeptTensor[] {
  const { config, batch, seq } = setup;
  const bytes = computeBytes(setup) * batch * seq * config.hiddenSize;
  return [{ what: "inputs of the blocks, and the last output", bytes, count: config.layers + 1 }];
}

/** Whether the method's layers keep a byte a weight, or two for 8 bits. */
function codeBytes({ method, settings }: StepSetup): number {
  if (settings.recompute) return 0;
  if (method.name === "lsq") return 1;
  if (method.name !== "lr-qat" || settings.rank === 0) return 0;
  return settings.bits === 8 ? 2 : 1;
}

function weightKept(setup: StepSetup): KeptTensor[] {
  const { config } = setup;
  const weights = blockShapes(config).reduce((sum, [outputs, inputs]) => sum + outputs * inputs, 0);
  return [
    { what: "codes for the backward pass", bytes: codeBytes(setup) * weights, count: 1 },
    { what: "scales as files hold them", bytes: snappedScales(setup, config), count: 1 },
    ...besideKept(setup),
  ];
}

// An adapter beside the weight keeps `x Aᵀ`, `[N, R]`, and its scaled `B`, `[O, R]`.
function besideKept(setup: StepSetup): KeptTensor[] {
  const { config, method, settings: { rank }, batch, seq } = setup;
  if (!KEEPS_ADAPTER.includes(method.name)) return [];
  const numbers = blockShapes(config)
    .reduce((sum, [outputs]) => sum + rank * (batch * seq + outputs), 0);
  return [{ what: "adapters beside the weights", bytes: computeBytes(setup) * numbers, count: 1 }];
}

// Trained scales are rounded to the format of files once a pass, and offsets with them.
function snappedScales({ method, settings }: StepSetup, config: LlamaConfig): number {
  if (!trainsScales({ method, settings })) return 0;
  if (settings.scaleFormat === "float32") return 0;
  const scales = blockShapes(config).reduce(
    (sum, shape) => sum + scaleShape(shape, settings.granularity).reduce((a, b) => a * b, 1),
    0,
  );
  const hasOffsets = method.name === "l4q" || method.name === "qat-lora";
  return FLOAT * scales * (hasOffsets ? 2 : 1);
}

/** Pairs of a query and a key that are scored, for pieces of queries. */
function scoredPairs(seq: number): number {
  return pieces(seq).reduce((sum, { rows, keys }) => sum + rows * keys, 0);
}

function pieces(seq: number): { readonly rows: number; readonly keys: number }[] {
  return Array.from({ length: Math.ceil(seq / PIECE) }, (_, index) => {
    const rows = Math.min(PIECE, seq - index * PIECE);
    return { rows, keys: index * PIECE + rows };
  });
}
