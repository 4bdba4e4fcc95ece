/**
 * The memory of a training step of ours, compiled whole, by formulas. It is what the compiler's plan
 * comes to, without compiling: for large grids, and where no compiler can be had.
 *
 * Given to the step, and there all the time:
 *
 * - frozen linear weights, codes and scales as the methods hold them ({@linkcode linearStorage});
 * - what is trained and AdamW's two moments, float32 in our trainer, each updated in place;
 * - sums of gradients, where micro-batches are accumulated;
 * - embedding, head and norms in the compute type; cosines, sines and the mask, float32; the tokens.
 *
 * The step is highest at one of three moments; the largest is given.
 *
 * 1. **Loss**: all that the blocks keep ({@linkcode compiledBlockKept}, or their inputs alone where whole
 *    blocks are made again), and the logits, in pieces of at most 2^24 numbers. A piece
 *    in the type that products come in, and its gradient in float32: two arrays. No gradient of a
 *    parameter is there yet.
 * 2. **Backward through the last block**: what the blocks keep, the block's values where they are made
 *    again, {@linkcode aliveWeights} float32 copies of the largest weight, and one block's gradients.
 * 3. **Backward through the first block**: that block's values, the copies, and all gradients: clipping
 *    by their common norm needs them together.
 *
 * @module
 */
import { LOGITS_PIECE } from "../model/even_spans.ts";
import { blockInputsKept, compiledBlockKept, computeBytes } from "./compiled_activations.ts";
import { aliveWeights } from "./compiled_weights.ts";
import {
  blockShapes,
  type LinearStorage,
  linearStorage,
  trainedBytes,
  trainedCount,
} from "./linear_storage.ts";
import {
  largestAccount,
  type MemoryAccount,
  memoryAccount,
  type MemoryTerm,
} from "./memory_classes.ts";
import { parameterCount } from "./model_shapes.ts";
import { STATE_BYTES, type StepSetup } from "./step_setup.ts";
import type { KeptTensor } from "./torch_activations.ts";

const FLOAT = 4;
/** `RUNTIME_NUMBERS` of a layer: bounds, multipliers and the switch of a warm-up. */
const LAYER_NUMBERS = 5 * FLOAT;
/** Methods without such numbers. */
const WITHOUT_NUMBERS: readonly string[] = ["float", "rtn", "peqa"];

/** What a compiled step takes at its height, in bytes by class, with every term. */
export function estimateMemory(setup: StepSetup): MemoryAccount {
  const { config: { layers }, recompute } = setup;
  const storages = blockShapes(setup.config).map((shape) => storageOf(shape, setup));
  const perBlock = storages.reduce(
    (sum, storage) => sum + trainedBytes(storage, setup.settings),
    0,
  );
  const given = [...stateTerms(setup, storages), ...otherTerms(setup)];
  if (perBlock === 0) return memoryAccount([...given, ...forwardTerms(setup)]);
  const block = compiledBlockKept(setup);
  const isBlock = recompute === "block";
  const kept = activationTerms(isBlock ? blockInputsKept(setup) : times(block, layers));
  const inner = activationTerms(block);
  const alive = aliveTerm(setup);
  return largestAccount(
    memoryAccount([...given, ...kept, logitsTerm(setup)]),
    memoryAccount([
      ...given,
      ...kept,
      ...(isBlock ? inner : []),
      alive,
      gradientTerm(perBlock),
    ]),
    memoryAccount([...given, ...inner, alive, gradientTerm(layers * perBlock)]),
  );
}

function times(kept: readonly KeptTensor[], layers: number): KeptTensor[] {
  return kept.map((tensor) => ({ ...tensor, count: layers * tensor.count }));
}

function gradientTerm(bytes: number): MemoryTerm {
  return { memoryClass: "gradients", what: "gradients", bytes };
}

function storageOf(shape: readonly [number, number], setup: StepSetup): LinearStorage {
  const weight = setup.settings.weightStorage === "bfloat16" ? 2 : FLOAT;
  return linearStorage(shape, setup, { weight, frozenScale: FLOAT, codes: "packed" });
}

function stateTerms(
  setup: StepSetup,
  storages: readonly LinearStorage[],
): MemoryTerm[] {
  const { config: { layers }, method, accumulation, moments } = setup;
  const frozen = storages.reduce((sum, { frozenBytes }) => sum + frozenBytes, 0);
  const count = layers * storages.reduce((sum, storage) => sum + trainedCount(storage), 0);
  const trained = layers *
    storages.reduce((sum, storage) => sum + trainedBytes(storage, setup.settings), 0);
  const numbers = WITHOUT_NUMBERS.includes(method.name) ? 0 : LAYER_NUMBERS * storages.length;
  return [
    {
      memoryClass: "frozenWeights",
      what: "frozen weights, codes and scales of the linear layers",
      bytes: layers * (frozen + numbers),
    },
    { memoryClass: "trainable", what: "trained tensors", bytes: trained },
    {
      memoryClass: "optimizer",
      what: "two moments of AdamW",
      bytes: 2 * STATE_BYTES[moments] * count,
    },
    {
      memoryClass: "gradients",
      what: "sums of gradients over micro-batches",
      bytes: accumulation > 1 ? FLOAT * count : 0,
    },
  ];
}

function otherTerms(setup: StepSetup): MemoryTerm[] {
  const { config, batch, seq } = setup;
  const linears = blockShapes(config).reduce((sum, [outputs, inputs]) => sum + outputs * inputs, 0);
  const rest = parameterCount(config) - config.layers * linears;
  return [
    {
      memoryClass: "other",
      what: "embedding, head and norms, in the compute type",
      bytes: computeBytes(setup) * rest,
    },
    {
      memoryClass: "other",
      what: "cosines, sines and the mask, float32",
      bytes: FLOAT * (2 * seq * config.headDim + seq * seq),
    },
    {
      memoryClass: "other",
      what: "tokens and their weights",
      bytes: FLOAT * batch * (2 * seq - 1),
    },
  ];
}

function activationTerms(kept: readonly KeptTensor[]): MemoryTerm[] {
  return kept.map(({ what, bytes, count }) => ({
    memoryClass: what.startsWith("codes") ? "intermediates" : "activations",
    what,
    bytes: count * bytes,
  }));
}

/** A piece of logits as products come, and in float32. */
function logitsBytes(setup: StepSetup): number {
  const { config, batch, seq } = setup;
  const rows = batch * (seq - 1);
  const pieces = Math.max(1, Math.ceil(rows * config.vocabSize / LOGITS_PIECE));
  return (computeBytes(setup) + FLOAT) * Math.ceil(rows / pieces) * config.vocabSize;
}

function logitsTerm(setup: StepSetup): MemoryTerm {
  return {
    memoryClass: "activations",
    what: "a piece of logits, and its gradient in float32",
    bytes: logitsBytes(setup),
  };
}

function aliveTerm(setup: StepSetup): MemoryTerm {
  const copies = aliveWeights(setup);
  const largest = Math.max(
    ...blockShapes(setup.config).map(([outputs, inputs]) => outputs * inputs),
  );
  return {
    memoryClass: "intermediates",
    what: `${copies} float32 copies of the largest weight`,
    bytes: copies * FLOAT * largest,
  };
}

// Nothing is trained: the forward pass alone, one weight unpacked at a time.
function forwardTerms(setup: StepSetup): MemoryTerm[] {
  const { config, batch, seq } = setup;
  const width = batch * seq * (3 * config.intermediateSize + 2 * config.hiddenSize);
  return [
    {
      memoryClass: "activations",
      what: "the widest activations, or a piece of logits and its gradient",
      bytes: Math.max(computeBytes(setup) * width, logitsBytes(setup)),
    },
    aliveTerm(setup),
  ];
}
