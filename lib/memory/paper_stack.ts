/**
 * The memory of a training step in the stacks that the papers measured: eager PyTorch, which keeps what
 * autograd asks for, holds all gradients at once, and gets its memory from a caching allocator.
 *
 * A step is highest at one of two moments, and the larger one is given: at the loss, when all
 * activations are there and the logits with their gradients; or when the last block's largest linear
 * layer is under way backward and its weight is made again. Held through both:
 *
 * - the method's frozen weights, as {@linkcode linearStorage} says, in bfloat16 where they are floats;
 * - what is trained, its gradients (of earlier micro-batches), and two moments of the type that is set;
 * - embedding, head and norms, with gradients where the stack gives them;
 * - the activations of {@linkcode blockKept} for every block, or with `block` only the blocks' inputs
 *   and one block's, and {@linkcode keptCopies} of each weight.
 *
 * No number here was fitted: each is the size of a tensor. What is left out: the CUDA context, which
 * PyTorch's counters do not see; fragmentation beyond {@linkcode cudaBytes}; workspaces of cuBLAS.
 *
 * @module
 */
import { cudaBytes } from "./cuda_allocator.ts";
import { blockShapes, linearStorage, trainedCount } from "./linear_storage.ts";
import {
  largestAccount,
  type MemoryAccount,
  memoryAccount,
  type MemoryClass,
  type MemoryTerm,
} from "./memory_classes.ts";
import { parameterCount } from "./model_shapes.ts";
import type { PaperStack } from "./paper_stacks.ts";
import { STATE_BYTES, type StepSetup } from "./step_setup.ts";
import { blockKept, type KeptTensor, lastKept, logitsKept } from "./torch_activations.ts";
import { aliveCopies, keptCopies } from "./torch_weights.ts";

const HALF = 2;

/** What a step takes at its height in a stack, in bytes by class, with every term. */
export function paperStackMemory(setup: StepSetup, stack: PaperStack): MemoryAccount {
  const held = [...stateTerms(setup, stack), ...otherTerms(setup, stack)];
  if (!isTrained(setup)) return memoryAccount([...held, ...inferenceTerms(setup, stack)]);
  const kept = [...held, ...activationTerms(setup, stack), ...intermediateTerms(setup, stack)];
  const atLoss = keptTerms(logitsKept(setup), stack);
  const [returned] = atLoss;
  const atWeight = [...(returned ? [returned] : []), aliveTerm(setup, stack)];
  return largestAccount(
    memoryAccount([...kept, ...atLoss]),
    memoryAccount([...kept, ...atWeight]),
  );
}

function isTrained(setup: StepSetup): boolean {
  return trainedNumbers(setup) > 0;
}

function trainedNumbers(setup: StepSetup): number {
  const perBlock = blockShapes(setup.config)
    .reduce((sum, shape) => sum + trainedCount(storageOf(shape, setup, "byte")), 0);
  return setup.config.layers * perBlock;
}

function storageOf(
  shape: readonly [number, number],
  setup: StepSetup,
  codes: PaperStack["codes"],
): ReturnType<typeof linearStorage> {
  return linearStorage(shape, setup, { weight: HALF, frozenScale: HALF, codes });
}

function stateTerms(setup: StepSetup, stack: PaperStack): MemoryTerm[] {
  const { config: { layers } } = setup;
  const terms = blockShapes(setup.config).flatMap((shape): MemoryTerm[] => {
    const storage = storageOf(shape, setup, stack.codes);
    const numbers = Object.values(storage.trained);
    const of = (memoryClass: MemoryClass, what: string, size: number, copies: number) => ({
      memoryClass,
      what,
      bytes: layers * copies *
        numbers.reduce((sum, count) => sum + cudaBytes(size * count, stack.count), 0),
    });
    return [
      {
        memoryClass: "frozenWeights",
        what: "frozen weights of the linear layers",
        bytes: layers * cudaBytes(storage.frozenBytes, stack.count),
      },
      of("trainable", "trained tensors of the linear layers", HALF, 1),
      of("gradients", "gradients of the linear layers", HALF, 1),
      of("optimizer", "two moments of AdamW", STATE_BYTES[stack.moments], 2),
    ];
  });
  return terms;
}

function otherTerms(setup: StepSetup, stack: PaperStack): MemoryTerm[] {
  const { config, method, settings } = setup;
  const linears = blockShapes(config).reduce((sum, [outputs, inputs]) => sum + outputs * inputs, 0);
  const bytes = HALF * (parameterCount(config) - config.layers * linears);
  const what = "embedding, head and norms";
  const isWhole = method.name === "lsq" || (method.name === "float" && settings.trainWeight);
  if (isWhole && stack.trains === "everything") {
    return [
      { memoryClass: "trainable", what, bytes },
      { memoryClass: "gradients", what: `gradients of ${what}`, bytes },
      {
        memoryClass: "optimizer",
        what: `two moments of ${what}`,
        bytes: bytes / HALF * 2 * STATE_BYTES[stack.moments],
      },
    ];
  }
  const terms: MemoryTerm[] = [{ memoryClass: "other", what, bytes }];
  if (!stack.givesFrozenGradients || !isTrained(setup)) return terms;
  return [...terms, {
    memoryClass: "other",
    what: `gradients of ${what}, which nothing reads`,
    bytes,
  }];
}

function activationTerms(setup: StepSetup, stack: PaperStack): MemoryTerm[] {
  const { config, recompute, batch, seq } = setup;
  const block = blockKept(setup, stack);
  const times = (count: number) => block.map((kept) => ({ ...kept, count: count * kept.count }));
  const last = lastKept(setup, stack);
  if (recompute !== "block") return keptTerms([...times(config.layers), ...last], stack);
  const inputs = {
    what: "inputs of the blocks",
    bytes: HALF * batch * seq * config.hiddenSize,
    count: config.layers,
  };
  return keptTerms([inputs, ...times(1), ...last], stack);
}

function intermediateTerms(setup: StepSetup, stack: PaperStack): MemoryTerm[] {
  const copies = keptCopies(setup, stack);
  const bytes = blockShapes(setup.config)
    .reduce((sum, [outputs, inputs]) => sum + cudaBytes(HALF * outputs * inputs, stack.count), 0);
  const what = `${copies} kept of each fake-quantized weight`;
  return [{ memoryClass: "intermediates", what, bytes: copies * setup.config.layers * bytes }];
}

function aliveTerm(setup: StepSetup, stack: PaperStack): MemoryTerm {
  const copies = aliveCopies(setup, stack);
  const largest = Math.max(...blockShapes(setup.config).map(([o, i]) => HALF * o * i));
  return {
    memoryClass: "intermediates",
    what: `${copies} of the largest weight, in the layer under way`,
    bytes: copies * cudaBytes(largest, stack.count),
  };
}

// Nothing is kept: one weight is unpacked at a time, and the widest activations are those of a block.
function inferenceTerms(setup: StepSetup, stack: PaperStack): MemoryTerm[] {
  const { batch, seq, config } = setup;
  const numbers = batch * seq * Math.max(config.vocabSize, 3 * config.intermediateSize);
  return [
    {
      memoryClass: "activations",
      what: "the widest activations",
      bytes: cudaBytes(HALF * numbers, stack.count),
    },
    aliveTerm(setup, stack),
  ];
}

function keptTerms(kept: readonly KeptTensor[], { count: counted }: PaperStack): MemoryTerm[] {
  return kept.map(({ what, bytes, count }) => ({
    memoryClass: "activations",
    what,
    bytes: count * cudaBytes(bytes, counted),
  }));
}
