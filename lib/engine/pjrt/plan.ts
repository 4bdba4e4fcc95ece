import type { Compiled } from "../compile.ts";
import { type DType, dtypeInfo, sizeOf } from "../dtype.ts";
import { ownVariables } from "../own_variables.ts";
import { ownerOf } from "../tensor_owner.ts";
import type { TensorTree } from "../tensor_tree.ts";
import { tf } from "../tf.ts";
import type { Graph } from "../trace/graph.ts";
import { traceFunction } from "../trace_function.ts";
import type { MemoryPlan } from "./memory_plan.ts";
import { PLAN_ONLY, planPasses, planProgram } from "./plan_program.ts";
import { hollow, type Planner, type PlannerOptions, withPlanner } from "./planner.ts";
import { withSmallestFailure } from "./smallest_failure.ts";
import { stableHlo } from "./stablehlo/mod.ts";

/** The shape and type of an argument that nobody has. */
export interface TensorSpec {
  readonly shape: readonly number[];
  /** Default: `float32`. */
  readonly dtype?: DType;
}

/** An argument of a function that is planned: a tensor, its shape, or a number for a scalar. */
export type PlanArgument = tf.Tensor | TensorSpec | number;

/** Options of {@linkcode plan}. */
export interface PlanOptions extends PlannerOptions {
  /**
   * What `bfloat16` tensors are planned as. Default: `float16` where the plugin is for the CPU, whose
   * compiler widens `bfloat16`; `bfloat16` on others.
   */
  readonly sixteenBit?: "bfloat16" | "float16";
  /** Whether updated variables take the memory of their old values. Default: true. */
  readonly donate?: boolean;
}

/**
 * Says how much memory one call of a function would take, without running it and without its
 * tensors.
 *
 * The function is traced over hollow tensors, lowered and compiled by the PJRT plugin at hand; the
 * numbers are the compiler's. Variables and other tensors that it reads count with their sizes,
 * wherever they live, and stay as they are.
 *
 * @param fn The function, or what {@linkcode compile} made of one.
 * @param args Tensors, of which only shape and type count, or their specs; numbers are scalars.
 * @throws {TypeError} If the function does what a compiled function cannot.
 * @throws {PjrtError} If it does not compile.
 */
export async function plan<Arguments extends readonly tf.Tensor[], Result extends TensorTree>(
  fn: Compiled<Arguments, Result> | ((...args: Arguments) => Result),
  args: readonly PlanArgument[],
  options: PlanOptions = {},
): Promise<MemoryPlan> {
  options.signal?.throwIfAborted();
  return await withPlanner(async (planner) => {
    const { platform } = planner.client;
    const { sixteenBit = platform === "cpu" ? "float16" : "bfloat16", donate = true } = options;
    const before = performance.now();
    // A compiled function that is called in a trace becomes a part of it.
    const graph = trace(fn as (...args: Arguments) => Result, args, planner);
    const program = stableHlo(graph, {
      name: "plan",
      sixteenBit,
      donateState: donate,
      ...(platform === "cpu" && { calls: PLAN_ONLY }),
    });
    const traced = performance.now();
    const memory = await planProgram(planner.client, program.text).catch((error) => {
      const failed = { sixteenBit, disablePasses: planPasses(platform) };
      throw withSmallestFailure(error, graph, { client: planner.client, options: failed });
    });
    // The compiler cannot be interrupted.
    options.signal?.throwIfAborted();
    return {
      ...memory,
      inputs: program.inputs.map((input) => ({ ...input, bytes: deviceBytes(input) })),
      platform,
      sixteenBit,
      traceSeconds: (traced - before) / 1000,
      compileSeconds: (performance.now() - traced) / 1000,
      nodes: graph.nodes.length,
    };
  }, options);
}

function trace<Arguments extends readonly tf.Tensor[]>(
  fn: (...args: Arguments) => TensorTree,
  args: readonly PlanArgument[],
  { compiler }: Planner,
): Graph {
  const backend = tf.backend();
  const own = Object.values(tf.engine().registeredVariables)
    .filter(({ dataId }) => ownerOf(dataId) === backend);
  ownVariables(own, compiler);
  const made: tf.Tensor[] = [];
  const tensors = args.map((arg) => {
    if (arg instanceof tf.Tensor) return arg;
    const { shape, dtype } = typeof arg === "number" ? SCALAR : arg;
    const tensor = hollow(shape, dtype);
    made.push(tensor);
    return tensor;
  });
  try {
    const traced = traceFunction(fn, { compiler, tensors: tensors as unknown as Arguments });
    for (const id of traced.captures) compiler.release(id);
    return traced.graph;
  } finally {
    tf.dispose(made);
  }
}

const SCALAR: TensorSpec = { shape: [] };

function deviceBytes({ shape, dtype }: Required<TensorSpec>): number {
  const nibbles = dtype === "int4" || dtype === "uint4";
  return Math.ceil(sizeOf(shape) * (nibbles ? 0.5 : dtypeInfo(dtype).bytes));
}
