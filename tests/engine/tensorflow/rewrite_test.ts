import { assert, assertEquals } from "@std/assert";
import { currentCompiler } from "../../../lib/engine/compiler.ts";
import { functionDef } from "../../../lib/engine/tensorflow/function_def.ts";
import { rewrite } from "../../../lib/engine/tensorflow/rewrite.ts";
import type { TensorTree } from "../../../lib/engine/tensor_tree.ts";
import type { Graph } from "../../../lib/engine/trace/graph.ts";
import { traceFunction } from "../../../lib/engine/trace_function.ts";
import { engine, tf } from "../../../mod.ts";

await engine.start({ backend: "tensorflow" });

function trace(fn: (x: tf.Tensor) => TensorTree): Graph {
  const compiler = currentCompiler();
  assert(compiler);
  return traceFunction((...[x]: tf.Tensor[]) => fn(x!), { compiler, tensors: [tf.ones([2, 3])] })
    .graph;
}

function ops(graph: Graph): string[] {
  return graph.nodes.filter(({ kind }) => kind === "op").map(({ op }) => op);
}

const xla = { mode: "xla", cpu: true } as const;

Deno.test("rewrite() takes SelectV2 for a Select of equal shapes", () => {
  const graph = trace((x) => tf.where(tf.greater(x, 0), x, tf.neg(x)));
  assertEquals(ops(graph), ["Greater", "Neg", "Select"]);
  assertEquals(ops(rewrite(graph, xla)), ["Greater", "Neg", "SelectV2"]);
});

Deno.test("rewrite() takes a power for a square root on the CPU alone", () => {
  const graph = trace((x) => tf.sqrt(x));
  assertEquals(ops(rewrite(graph, xla)), ["Pow"]);
  assertEquals(ops(rewrite(graph, { mode: "xla", cpu: false })), ["Sqrt"]);
  assertEquals(ops(rewrite(graph, { mode: "graph", cpu: true })), ["Sqrt"]);
});

Deno.test("the power gives the bits of the square root", () => {
  const x = tf.randomUniform([4096], 0, 1e4, "float32", 7);
  const roots = engine.compile((v: tf.Tensor) => tf.sqrt(v))(x).dataSync();
  assertEquals(roots, Float32Array.from(x.dataSync(), Math.sqrt));
});

Deno.test("rewrite() leaves results and updates on the new nodes", () => {
  const state = tf.variable(tf.ones([2, 3]));
  const graph = rewrite(
    trace((x) => {
      state.assign(tf.sqrt(tf.add(state, x)) as tf.Tensor2D);
      return tf.sqrt(x);
    }),
    xla,
  );
  const known = new Set(graph.nodes);
  assert(graph.results.every(({ node }) => known.has(node)));
  assert(graph.updates.every(({ state, value }) => known.has(state) && known.has(value.node)));
  assertEquals(new Set(graph.nodes.map(({ id }) => id)).size, graph.nodes.length);
  state.dispose();
});

Deno.test("a graph holds equal constants once, and no dead nodes", () => {
  const graph = trace((x) => {
    tf.exp(x);
    return [tf.mul(x, 2), tf.add(x, 2)];
  });
  assertEquals(ops(graph), ["Mul", "Add"]);
  assertEquals(graph.nodes.filter(({ kind }) => kind === "constant").length, 1);
});

Deno.test("functionDef() writes the same bytes for the same graph", () => {
  const fn = (x: tf.Tensor) => tf.softmax(tf.sum(tf.square(x), 1));
  assertEquals(functionDef(trace(fn), "f"), functionDef(trace(fn), "f"));
});
