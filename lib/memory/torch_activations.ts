/**
 * What a LLaMA block in eager PyTorch keeps for its backward pass, tensor by tensor.
 *
 * Letters: N = B T tokens, D width, F inner width, H and K heads and key heads, P head size, R rank. The
 * model is transformers' (`modeling_llama`, 4.3x to 4.4x) in bfloat16: 2 bytes a number unless float32
 * is said. An op keeps an operand only if the gradient of another one needs it: a product with a frozen
 * gain keeps no input, and rotation keeps nothing of queries and keys.
 *
 * @module
 */
import { BLOCK_LINEARS } from "../model/parameter_shapes.ts";
import type { PaperStack } from "./paper_stacks.ts";
import type { StepSetup } from "./step_setup.ts";

/** A kind of tensor that is kept: its size, and how many there are. */
export interface KeptTensor {
  readonly what: string;
  /** Bytes of one, as the tensor has them. */
  readonly bytes: number;
  readonly count: number;
}

const HALF = 2;
const FLOAT = 4;

/** The methods that keep a product `x Aᵀ` of an adapter beside the weight. */
const BESIDE: readonly string[] = ["lora", "qat-lora", "qlora", "qlora-star"];

/** What one block keeps. */
export function blockKept(setup: StepSetup, stack: PaperStack): KeptTensor[] {
  const { config, batch, seq } = setup;
  const tokens = batch * seq;
  const width = tokens * config.hiddenSize;
  const inner = tokens * config.intermediateSize;
  const queries = tokens * config.heads * config.headDim;
  return [
    ...normKept(setup, stack).map((kept) => ({ ...kept, count: 2 * kept.count })),
    { what: "inputs of q, k, v and of gate, up", bytes: HALF * width, count: 2 },
    // Key heads are repeated to as many as there are queries, and the copies are what is kept.
    { what: "rotated queries, rotated keys, values", bytes: HALF * queries, count: 3 },
    ...attentionKept(setup, stack),
    { what: "input of o", bytes: HALF * queries, count: 1 },
    {
      what: "gate, its SiLU, up, and their product, the input of down",
      bytes: HALF * inner,
      count: 4,
    },
    ...adapterKept(setup),
  ];
}

/** What the last norm keeps, and the head's input. */
export function lastKept(setup: StepSetup, stack: PaperStack): KeptTensor[] {
  const { config, batch, seq } = setup;
  const input = {
    what: "input of the head",
    bytes: HALF * batch * seq * config.hiddenSize,
    count: 1,
  };
  return [...normKept(setup, stack), input];
}

/**
 * The logits at the height of the loss, float32 `[N, V]` each: those that the model returned, the
 * logarithm of their softmax, and its gradient before and after.
 */
export function logitsKept({ config, batch, seq }: StepSetup): KeptTensor[] {
  const bytes = FLOAT * batch * seq * config.vocabSize;
  return [
    { what: "returned logits, float32", bytes, count: 1 },
    { what: "log-softmax of the logits, float32", bytes, count: 1 },
    { what: "gradients around the log-softmax, float32", bytes, count: 2 },
  ];
}

// RMSNorm: x in float32, kept once by the square and by the product; normalized x for the gain's gradient.
function normKept(setup: StepSetup, stack: PaperStack): KeptTensor[] {
  const numbers = setup.batch * setup.seq * setup.config.hiddenSize;
  const kept = [{ what: "input of a norm, float32", bytes: FLOAT * numbers, count: 1 }];
  if (!gainsHaveGradients(setup, stack)) return kept;
  return [...kept, { what: "normalized input of a norm", bytes: HALF * numbers, count: 1 }];
}

function attentionKept({ config, batch, seq }: StepSetup, { attention }: PaperStack): KeptTensor[] {
  const rows = batch * config.heads * seq;
  if (attention === "fused") {
    return [{ what: "log-sum of attention, float32 [B, H, T]", bytes: FLOAT * rows, count: 1 }];
  }
  return [
    { what: "softmax of attention, float32 [B, H, T, T]", bytes: FLOAT * rows * seq, count: 1 },
    { what: "attention weights [B, H, T, T]", bytes: HALF * rows * seq, count: 1 },
  ];
}

function adapterKept({ method, settings, batch, seq }: StepSetup): KeptTensor[] {
  if (!BESIDE.includes(method.name)) return [];
  const bytes = HALF * batch * seq * settings.rank;
  return [{ what: "x Aᵀ of an adapter", bytes, count: BLOCK_LINEARS.length }];
}

function gainsHaveGradients({ method, settings }: StepSetup, stack: PaperStack): boolean {
  if (stack.givesFrozenGradients) return true;
  const isWhole = method.name === "lsq" || (method.name === "float" && settings.trainWeight);
  return stack.trains === "everything" && isWhole;
}
