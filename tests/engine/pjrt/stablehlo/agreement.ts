import { assert, assertEquals } from "@std/assert";
import { type Compiler, currentCompiler } from "../../../../lib/engine/compiler.ts";
import { boundaryType, dtypeInfo } from "../../../../lib/engine/dtype.ts";
import { cast, type DType } from "../../../../lib/engine/mod.ts";
import { tf } from "../../../../lib/engine/tf.ts";
import type { Attribute, Graph, Value } from "../../../../lib/engine/trace/graph.ts";
import { GraphBuilder } from "../../../../lib/engine/trace/graph_builder.ts";
import { encodeValues } from "./host_values.ts";

/** A graph under construction, of which every kept value is compared. */
export class Sample {
  readonly #builder = new GraphBuilder();
  readonly #inputs: tf.Tensor[] = [];
  readonly #kept: { label: string; value: Value; tolerance: number }[] = [];

  /** An argument with values of its own. */
  input(values: readonly number[], shape: readonly number[], dtype: DType = "float32"): Value {
    const { face } = dtypeInfo(dtype);
    const host = tf.tensor([...values], [...shape], face as "float32" | "int32" | "bool");
    this.#inputs.push(dtype === face ? host : cast(host, dtype));
    const name = `argument ${this.#inputs.length}`;
    return this.#builder.cast(this.#builder.input("argument", name, shape, dtype), dtype);
  }

  /** A constant. */
  constant(values: readonly number[], shape: readonly number[], dtype: DType = "int32"): Value {
    return this.#builder.constant(shape, dtype, encodeValues(values, dtype));
  }

  /** The values in another type. */
  cast(x: Value, dtype: DType): Value {
    return this.#builder.cast(x, dtype);
  }

  /** An op's outputs. */
  op(
    op: string,
    inputs: readonly Value[],
    settings: Readonly<Record<string, Attribute>> & { readonly outputs?: never } = {},
    outputCount = 1,
  ): readonly Value[] {
    const attributes = new Map(Object.entries(settings));
    return this.#builder.op({ op, attributes, inputs, outputCount, origin: new Error() });
  }

  /** Compares an op's outputs, by default to a few units in the last place. */
  keep(label: string, values: readonly Value[], tolerance = 4e-6): void {
    for (const value of values) this.#kept.push({ label, value, tolerance });
  }

  /** The graph so far. */
  get graph(): Graph {
    const results = this.#kept.map(({ value }) =>
      this.#builder.cast(value, boundaryType(value.dtype))
    );
    const resultTypes = results.map(({ dtype }) => dtype);
    return { nodes: this.#builder.nodes, results, resultTypes, updates: [] };
  }

  /** Asserts that TensorFlow's own kernels and another compiler's program give the same. */
  assertAgrees(other: Compiler): void {
    const tensorflow = currentCompiler();
    assert(tensorflow);
    const { graph } = this;
    const [expected, actual] = [
      runWith(tensorflow, graph, this.#inputs),
      runWith(other, graph, this.#inputs),
    ];
    const wrong = this.#kept.flatMap(({ label, value, tolerance }, i) => {
      const [wanted, got] = [expected[i], actual[i]];
      assert(wanted && got);
      assertEquals(got.shape, wanted.shape, label);
      const [left, right] = [wanted, got].map((tensor) => [...valuesOf(tensor)]);
      const scale = tolerance * (value.dtype === "float16" || value.dtype === "bfloat16" ? 2e3 : 1);
      const bad = left?.findIndex((x, k) => !isClose(x, right?.[k] ?? NaN, scale)) ?? 0;
      return bad < 0
        ? []
        : [`${label} ${value.dtype}: element ${bad} of ${right} is not that of ${left}`];
    });
    tf.dispose([expected, actual, this.#inputs]);
    assertEquals(wrong, []);
  }
}

function runWith(compiler: Compiler, graph: Graph, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const executable = compiler.lower(graph, { name: "agreement", mode: "graph" });
  const results = executable.run({ inputs: compiler.idsOf(inputs), state: [] });
  executable.dispose();
  return results;
}

function valuesOf(tensor: tf.Tensor): ArrayLike<number> & Iterable<number> {
  if (tensor.dtype === "complex64") {
    return tf.tidy(() =>
      Float32Array.from([...tf.real(tensor).dataSync(), ...tf.imag(tensor).dataSync()])
    );
  }
  return tensor.dataSync();
}

function isClose(x: number, y: number, tolerance: number): boolean {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && Number.isNaN(y);
  return x === y || Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x));
}
