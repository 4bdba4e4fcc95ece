import type { Compiler } from "./compiler.ts";
import { flattenTree, type TensorTree, type TreeShape } from "./tensor_tree.ts";
import { tf } from "./tf.ts";
import type { Tracer } from "./trace/tracer.ts";
import { type Graph, type Node, nodesOfKind } from "./trace/graph.ts";

/** A traced function with what it reads and writes outside. */
export interface TracedFunction {
  readonly graph: Graph;
  /** Ids of the captured tensors, in the order of their nodes. */
  readonly captures: readonly number[];
  /** The variables, in the order of their nodes. */
  readonly variables: readonly tf.Variable[];
  /** How the results are put together. */
  readonly result: TreeShape;
}

/** What {@linkcode traceFunction} needs besides the function. */
export interface TraceRequest<Arguments> {
  readonly compiler: Compiler;
  /** Example arguments: shapes and types count, values do not. */
  readonly tensors: Arguments;
}

// A variable with its tensor of before the trace, which comes back after it.
interface Remembered {
  readonly variable: tf.Variable;
  readonly before: tf.Tensor;
  readonly id: number;
}

/**
 * Runs a function once and writes down what its ops would do.
 *
 * @throws {TypeError} If the function does what cannot be traced, or makes a variable.
 */
export function traceFunction<Arguments extends readonly tf.Tensor[], Result extends TensorTree>(
  fn: (...args: Arguments) => Result,
  { compiler, tensors }: TraceRequest<Arguments>,
): TracedFunction {
  const remembered = rememberVariables(compiler);
  const variableOfId = new Map(remembered.map(({ id, variable }) => [id, variable]));
  const dtypes = tensors.map((tensor) => compiler.dtypeOf(tensor));
  const tracer = compiler.startTrace(
    new Map(remembered.map(({ id, variable }) => [id, variable.name])),
  );
  let traced: TracedFunction | undefined;
  try {
    tf.tidy(() => {
      const args = tensors.map(({ shape }, i) =>
        compiler.wrap(tracer.addArgument(`argument ${i}`, shape, dtypes[i] ?? "float32").id)
      );
      const { tensors: results, shape } = flattenTree(fn(...args as unknown as Arguments));
      const updates = remembered.flatMap(({ variable, before, id }): [Node, number][] => {
        if (variable.dataId === before.dataId) return [];
        const [next = id] = compiler.idsOf([variable]);
        return [[tracer.stateOf(id), next]];
      });
      const graph = tracer.finish(compiler.idsOf(results), updates);
      const idsOf = (kind: Node["kind"]) =>
        nodesOfKind(graph, kind).flatMap((node) => tracer.outsideIds.get(node) ?? []);
      const variables = idsOf("state").flatMap((id) => variableOfId.get(id) ?? []);
      traced = { graph, captures: idsOf("capture"), variables, result: shape };
    });
    refuseNewVariables(remembered);
  } catch (error) {
    traced = undefined;
    throw error;
  } finally {
    restoreVariables(remembered);
    compiler.endTrace();
    dropNewVariables(remembered);
    releaseUnused(tracer, traced?.graph, compiler);
  }
  if (!traced) throw new Error("The trace ended without a graph");
  return traced;
}

// What the function read for results that nothing needs was held all the same; of a trace that failed,
// that is everything.
function releaseUnused(tracer: Tracer, graph: Graph | undefined, compiler: Compiler): void {
  const alive = new Set(graph?.nodes);
  for (const [node, id] of tracer.outsideIds) {
    if (node.kind === "capture" && !alive.has(node)) compiler.release(id);
  }
}

function rememberVariables(compiler: Compiler): Remembered[] {
  return Object.values(tf.engine().registeredVariables).map((variable) => ({
    variable,
    before: tf.keep(variable.clone()),
    id: compiler.idsOf([variable])[0] ?? -1,
  }));
}

function restoreVariables(remembered: readonly Remembered[]): void {
  for (const { variable, before } of remembered) {
    if (variable.dataId !== before.dataId) variable.assign(before);
    before.dispose();
  }
}

function newVariables(remembered: readonly Remembered[]): tf.Variable[] {
  const known = new Set(remembered.map(({ variable }) => variable));
  return Object.values(tf.engine().registeredVariables).filter((variable) => !known.has(variable));
}

function refuseNewVariables(remembered: readonly Remembered[]): void {
  const made = newVariables(remembered);
  if (made.length === 0) return;
  const names = made.map(({ name }) => `'${name}'`).join(", ");
  throw new TypeError(
    `A compiled function cannot make variables: make ${names} before its first call`,
  );
}

function dropNewVariables(remembered: readonly Remembered[]): void {
  for (const variable of newVariables(remembered)) variable.dispose();
}
