import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { currentCompiler } from "../../lib/engine/compiler.ts";
import type { TensorTree } from "../../lib/engine/tensor_tree.ts";
import { traceFunction } from "../../lib/engine/trace_function.ts";
import { engine, tf } from "../../mod.ts";

await engine.start({ backend: "tensorflow" });

function trace(fn: (...args: tf.Tensor[]) => TensorTree, tensors: tf.Tensor[]) {
  const compiler = currentCompiler();
  assert(compiler);
  const { graph, captures } = traceFunction(fn, { compiler, tensors });
  captures.forEach((id) => compiler.release(id));
  return graph;
}

/** Asserts that tracing knows the shapes and types that running gives. */
function assertShapes(fn: (...args: tf.Tensor[]) => TensorTree, ...shapes: number[][]) {
  tf.tidy(() => {
    const tensors = shapes.map((shape) => tf.ones(shape));
    const traced = trace(fn, tensors).results.map(({ shape, dtype }) => ({
      shape: [...shape],
      dtype,
    }));
    const run = Object.values(asRecord(fn(...tensors)))
      .map((tensor) => ({ shape: tensor.shape, dtype: engine.dtypeOf(tensor) }));
    assertEquals(traced, run);
  });
}

function asRecord(tree: TensorTree): Record<string, tf.Tensor> {
  return tree instanceof tf.Tensor ? { tree } : tree as Record<string, tf.Tensor>;
}

const length = fc.integer({ min: 1, max: 4 });
const shape = (min: number, max: number) => fc.array(length, { minLength: min, maxLength: max });
const broadcasting = shape(0, 4).chain((full) =>
  fc.tuple(
    fc.array(fc.boolean(), { minLength: full.length, maxLength: full.length }),
    fc.nat(full.length),
  )
    .map(([ones, dropped]) => [full, full.map((n, i) => ones[i] ? 1 : n).slice(dropped)] as const)
);
const runs = { numRuns: 60, seed: 20261122 };

Deno.test("a traced binary op has the shape that running it gives, for any broadcast", () => {
  const ops = [tf.add, tf.mul, tf.div, tf.maximum, tf.greater, tf.squaredDifference, tf.pow];
  fc.assert(
    fc.property(broadcasting, fc.constantFrom(...ops), fc.boolean(), ([a, b], op, swapped) => {
      const [x, y] = swapped ? [b, a] : [a, b];
      assertShapes((u, v) => op(u!, v!) as tf.Tensor, [...x], [...y]);
    }),
    runs,
  );
});

Deno.test("a traced reduction has the shape that running it gives, for any axes", () => {
  const ops = [tf.sum, tf.mean, tf.max, tf.min, tf.prod, tf.logSumExp];
  const cases = shape(1, 4).chain((full) =>
    fc.tuple(fc.constant(full), fc.subarray(full.map((_, i) => i), { minLength: 1 }), fc.boolean())
  );
  fc.assert(
    fc.property(cases, fc.constantFrom(...ops), ([full, axes, keep], op) => {
      assertShapes((x) => op(x!, axes, keep) as tf.Tensor, full);
    }),
    runs,
  );
});

Deno.test("a traced matrix product has the shape that running it gives, batched and transposed", () => {
  const sizes = fc.tuple(shape(0, 2), length, length, length, fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(sizes, ([batch, rows, inner, columns, tx, ty]) => {
      const x = [...batch, ...(tx ? [inner, rows] : [rows, inner])];
      const y = [...batch, ...(ty ? [columns, inner] : [inner, columns])];
      assertShapes((a, b) => tf.matMul(a!, b!, tx, ty), x, y);
    }),
    runs,
  );
});

Deno.test("a traced slice has the shape that running it gives, strided and masked", () => {
  const axis = fc.record({
    length: fc.integer({ min: 1, max: 6 }),
    begin: fc.integer({ min: -7, max: 7 }),
    end: fc.integer({ min: -7, max: 7 }),
    stride: fc.constantFrom(1, 2, 3, -1, -2),
  });
  const masks = fc.tuple(fc.nat(7), fc.nat(7));
  fc.assert(
    fc.property(fc.array(axis, { minLength: 1, maxLength: 3 }), masks, (axes, [begin, end]) => {
      const of = <K extends keyof typeof axes[0]>(key: K) => axes.map((a) => a[key]);
      assertShapes(
        (x) => tf.stridedSlice(x!, of("begin"), of("end"), of("stride"), begin, end),
        of("length"),
      );
    }),
    { ...runs, numRuns: 300 },
  );
});

Deno.test("traced layout ops have the shapes that running them gives", () => {
  assertShapes((x) => tf.concat([x!, tf.mul(x!, 2)], 1), [2, 3]);
  assertShapes((x) => tf.stack([x!, x!, x!], 1), [2, 3]);
  assertShapes((x) => tf.unstack(x!, 1), [2, 3]);
  assertShapes((x) => tf.split(x!, [1, 2], -1), [2, 3]);
  assertShapes((x) => tf.tile(x!, [2, 3]), [2, 3]);
  assertShapes((x) => tf.pad(x!, [[1, 0], [2, 3]]), [2, 3]);
  assertShapes((x) => tf.mirrorPad(x!, [[1, 0], [2, 1]], "reflect"), [2, 3]);
  assertShapes((x) => tf.transpose(x!, [2, 0, 1]), [2, 3, 4]);
  assertShapes((x) => tf.reshape(x!, [4, -1]), [2, 3, 4]);
  assertShapes((x) => tf.expandDims(x!, -1), [2, 3]);
  assertShapes((x) => tf.squeeze(x!, [1]), [2, 1, 3]);
  assertShapes((x) => tf.reverse(x!, 0), [2, 3]);
  assertShapes((x) => tf.broadcastTo(x!, [4, 2, 3]), [2, 3]);
  assertShapes((x) => tf.diag(x!), [3]);
});

Deno.test("traced lookups and scatters have the shapes that running them gives", () => {
  const ids = tf.tensor1d([1, 0, 1, 1], "int32");
  assertShapes((x) => tf.gather(x!, ids), [3, 5]);
  assertShapes((x) => tf.gather(x!, ids, 1), [3, 5]);
  assertShapes((x) => tf.gatherND(x!, tf.tensor2d([[0, 1], [1, 1]], [2, 2], "int32")), [3, 5, 2]);
  assertShapes((x) => tf.unsortedSegmentSum(x!, ids, 3), [4, 5]);
  assertShapes((x) => tf.mul(tf.oneHot(ids, 7), tf.sum(x!)), [1]);
  assertShapes((x) => tf.scatterND(tf.tensor2d([[1], [0]], [2, 1], "int32"), x!, [4, 5]), [2, 5]);
  assertShapes((x) => Object.values(tf.topk(x!, 2)), [3, 5]);
  assertShapes((x) => [tf.argMax(x!, 0), tf.argMin(x!, 1)], [3, 5]);
  assertShapes((x) => tf.einsum("bij,bjk->bki", x!, x!), [2, 3, 3]);
  assertShapes((x) => tf.cumsum(x!, 1), [2, 3]);
  assertShapes((x) => tf.where(tf.greater(x!, 0), x!, tf.neg(x!)), [2, 3]);
  assertShapes((x) => tf.add(tf.range(0, 5, 2), tf.sum(x!)), [1]);
  assertShapes((x) => tf.add(tf.linspace(0, 1, 5), tf.sum(x!)), [1]);
  assertShapes((x) => tf.add(tf.fill([2, 3], 4), x!), [1]);
});

Deno.test("tracing keeps the real types of small floats and integers", () => {
  assertShapes((x) => {
    const half = engine.cast(x!, "bfloat16");
    const codes = engine.cast(tf.round(x!), "int8");
    return [
      half,
      codes,
      tf.mul(half, 0.5),
      tf.mul(half, x!),
      tf.matMul(half, half),
      tf.mul(codes, 0.5),
    ];
  }, [3, 3]);
});

Deno.test("tracing twice writes the same graph", () => {
  const x = tf.ones([2, 3]);
  const text = () =>
    JSON.stringify(
      trace((v) => tf.softmax(tf.mul(v!, 3)), [x]).nodes.map(({ id, op, inputs, outputs }) => ({
        id,
        op,
        inputs: inputs.map((value) => [value.node.id, value.index]),
        outputs: outputs.map(({ shape, dtype }) => [shape, dtype]),
      })),
    );
  assertEquals(text(), text());
});

Deno.test("a slice that leaves its tensor is an error that shows both", () => {
  assertThrows(
    () =>
      trace((x) => tf.engine().runKernel("Slice", { x: x! }, { begin: [1], size: [3] }), [
        tf.ones([3]),
      ]),
    Error,
  );
});
