// What a program says; whether it is right is agreement_test.ts's matter.
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { stableHlo } from "../../../../lib/engine/pjrt/stablehlo/mod.ts";
import { LOWERINGS } from "../../../../lib/engine/pjrt/stablehlo/lowerings/mod.ts";
import { elementType, typeText } from "../../../../lib/engine/pjrt/stablehlo/text/element_type.ts";
import { Emitter } from "../../../../lib/engine/pjrt/stablehlo/text/emitter.ts";
import type { DType } from "../../../../lib/engine/mod.ts";
import type { Attribute, Graph, Value } from "../../../../lib/engine/trace/graph.ts";
import { GraphBuilder } from "../../../../lib/engine/trace/graph_builder.ts";
import { OP_SIGNATURES } from "../../../../lib/engine/trace/op_signatures.ts";
import { encodeValues } from "./host_values.ts";

function op(
  builder: GraphBuilder,
  name: string,
  { inputs, attributes = {} }: {
    inputs: readonly Value[];
    attributes?: Readonly<Record<string, Attribute>>;
  },
): Value {
  const [value] = builder.op({
    op: name,
    attributes: new Map(Object.entries(attributes)),
    inputs,
    outputCount: 1,
    origin: new Error(),
  });
  assert(value);
  return value;
}

function graphOf(builder: GraphBuilder, results: readonly Value[]): Graph {
  return {
    nodes: builder.nodes,
    results,
    resultTypes: results.map(({ dtype }) => dtype),
    updates: [],
  };
}

/** A step that moves a state by a captured direction and tells how long the new one is. */
function stepGraph(): Graph {
  const builder = new GraphBuilder();
  const state = builder.input("state", "weight", [2, 3], "float32");
  const rate = builder.input("argument", "argument 0", [], "float32");
  const direction = builder.input("capture", "capture 0", [2, 3], "float32");
  const next = op(builder, "Sub", {
    inputs: [state, op(builder, "Mul", { inputs: [direction, rate] })],
  });
  const axes = builder.constant([2], "int32", encodeValues([0, 1], "int32"));
  const length = op(builder, "Sum", {
    inputs: [op(builder, "Square", { inputs: [next] }), axes],
    attributes: { keep_dims: { kind: "bool", value: false } },
  });
  return { ...graphOf(builder, [length]), updates: [{ state: state.node, value: next }] };
}

Deno.test("stableHlo() names arguments and captures first, then state", () => {
  const { inputs, outputs, aliases } = stableHlo(stepGraph());
  assertEquals(inputs, [
    { kind: "argument", name: "argument 0", shape: [], dtype: "float32" },
    { kind: "capture", name: "capture 0", shape: [2, 3], dtype: "float32" },
    { kind: "state", name: "weight", shape: [2, 3], dtype: "float32" },
  ]);
  assertEquals(outputs, [
    { shape: [], dtype: "float32" },
    { shape: [2, 3], dtype: "float32" },
  ]);
  assertEquals(aliases, [{ input: 2, output: 1 }]);
});

Deno.test("stableHlo() lets updated state lie where the old one lay, unless told otherwise", () => {
  const aliased = /%input2: tensor<2x3xf32> \{tf\.aliasing_output = 1 : i32\}/;
  assertMatch(stableHlo(stepGraph()).text, aliased);
  const { text, aliases } = stableHlo(stepGraph(), { donateState: false });
  assert(!text.includes("aliasing_output"));
  assertEquals(aliases, []);
});

Deno.test("stableHlo() gives equal graphs equal texts", () => {
  assertEquals(stableHlo(stepGraph()).text, stableHlo(stepGraph()).text);
  assertMatch(stableHlo(stepGraph(), { name: "step_1" }).text, /^module @step_1 \{/);
});

Deno.test("stableHlo() refuses a module's name that the text cannot hold", () => {
  assertThrows(() => stableHlo(stepGraph(), { name: "a b" }), RangeError, "'a b'");
});

Deno.test("stableHlo() tells for which node a line stands", () => {
  const { text, nodeAt } = stableHlo(stepGraph());
  const lineOf = (word: string) => text.split("\n").findIndex((line) => line.includes(word)) + 1;
  assertEquals(nodeAt(lineOf("stablehlo.subtract"))?.op, "Sub");
  assertEquals(nodeAt(lineOf("stablehlo.reduce"))?.op, "Sum");
  assertEquals(nodeAt(lineOf("stablehlo.constant")), undefined);
  assertEquals(nodeAt(lineOf("func.func")), undefined);
});

Deno.test("stableHlo() writes bfloat16 as the stand-in of a plan", () => {
  const builder = new GraphBuilder();
  const x = builder.input("argument", "argument 0", [2], "bfloat16");
  const factor = builder.constant([2], "bfloat16", encodeValues([1.5, -2], "bfloat16"));
  const graph = graphOf(builder, [op(builder, "Mul", { inputs: [x, factor] })]);
  const plain = stableHlo(graph);
  assertEquals(plain.inputs[0]?.dtype, "bfloat16");
  assertMatch(plain.text, /dense<\[0x3FC0, 0xC000\]> : tensor<2xbf16>/);
  const standIn = stableHlo(graph, { sixteenBit: "float16" });
  assertEquals(standIn.outputs, [{ shape: [2], dtype: "float16" }]);
  assert(!standIn.text.includes("bf16"));
  assertMatch(standIn.text, /dense<\[1\.5, -2\.0\]> : tensor<2xf32>/);
});

Deno.test("stableHlo() keeps optimization barriers", () => {
  const builder = new GraphBuilder();
  const x = builder.input("argument", "argument 0", [2], "float32");
  const y = builder.input("argument", "argument 1", [3], "int8");
  const attributes = new Map();
  const request = { op: "XlaOptimizationBarrier", attributes, origin: new Error() };
  const two = builder.op({ ...request, inputs: [x, y], outputCount: 2 });
  const one = builder.op({ ...request, inputs: [x], outputCount: 1 });
  const { text } = stableHlo(graphOf(builder, [...two, ...one]));
  assertMatch(text, /%0:2 = stablehlo\.optimization_barrier %input0, %input1 : tensor<2xf32>, /);
  assertMatch(text, /return %0#0, %0#1, %1 : /);
});

// Their outputs' shapes hang on data, or they are not nodes of a graph at all.
const NEVER_LOWERED = [
  "AssignVariableOp",
  "Bitcast",
  "BroadcastArgs",
  "Const",
  "ReadVariableOp",
  "UniqueV2",
  "VarHandleOp",
  "Where",
];

Deno.test("every op that a graph can hold has a lowering", () => {
  const missing = Object.keys(OP_SIGNATURES).filter((name) => !LOWERINGS.has(name));
  assertEquals(missing, NEVER_LOWERED);
  const unknown = [...LOWERINGS.keys()].filter((name) => !Object.hasOwn(OP_SIGNATURES, name));
  assertEquals(unknown, []);
});

Deno.test("stableHlo() names an op without a lowering, its attributes and who called it", () => {
  const builder = new GraphBuilder();
  const x = builder.input("argument", "argument 0", [4], "float32");
  const node = {
    id: 9,
    kind: "op" as const,
    op: "Mystery",
    attributes: new Map([["axes", { kind: "ints" as const, value: [0, 2] }]]),
    inputs: [x],
    outputs: [],
    origin: new Error(),
  };
  const graph = { ...graphOf(builder, []), nodes: [...builder.nodes, node] };
  const error = assertThrows(() => stableHlo(graph), TypeError);
  assertMatch(error.message, /Mystery\(float32\[4\]\) \{axes = \[0,2\]\} \(called at .*_test\.ts/);
});

Deno.test("stableHlo() names an op whose axes are computed", () => {
  const builder = new GraphBuilder();
  const x = builder.input("argument", "argument 0", [2, 2], "float32");
  const axes = builder.constant([1], "int32", encodeValues([0], "int32"));
  const sum = op(builder, "Sum", { inputs: [x, axes] });
  const computed = builder.input("argument", "argument 1", [1], "int32");
  const node = { ...sum.node, inputs: [x, computed] };
  const graph = { ...graphOf(builder, []), nodes: [...builder.nodes, node] };
  const error = assertThrows(() => stableHlo(graph), TypeError);
  assertMatch(error.message, /Sum\(.*\).*input 1 must be a constant, and argument 1 computes it/);
});

Deno.test("a constant of one element repeated is a scalar with a broadcast", () => {
  const e = new Emitter();
  e.constant(encodeValues(Array<number>(6).fill(0.1), "float32"), {
    shape: [2, 3],
    dtype: "float32",
  });
  assertEquals(e.lines, [
    "%0 = stablehlo.constant dense<0.10000000149011612> : tensor<f32>",
    "%1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<2x3xf32>",
  ]);
});

Deno.test("constants are written exactly, short ones by element and long ones by byte", () => {
  const literal = (values: number[], shape: number[], dtype: DType) => {
    const e = new Emitter();
    e.constant(encodeValues(values, dtype), { shape, dtype });
    return e.lines;
  };
  const one = (text: string, type: string) => [`%0 = stablehlo.constant dense<${text}> : ${type}`];
  assertEquals(literal([1e-7], [], "float32"), one("1.0000000116860974e-7", "tensor<f32>"));
  assertEquals(literal([1e30], [], "float32"), one("1.0000000150474662e+30", "tensor<f32>"));
  assertEquals(literal([NaN], [], "float32"), one("0x7FC00000", "tensor<f32>"));
  assertEquals(
    literal([-0, 2, Infinity, -Infinity], [2, 2], "float32"),
    one("[[-0.0, 2.0], [0x7F800000, 0xFF800000]]", "tensor<2x2xf32>"),
  );
  assertEquals(literal([0, 1], [2], "bool"), one("[false, true]", "tensor<2xi1>"));
  assertEquals(literal([-1, 7], [2], "int64"), one("[-1, 7]", "tensor<2xi64>"));
  assertEquals(literal([], [2, 0], "float32"), one("", "tensor<2x0xf32>"));
  const bytes = Array.from({ length: 20 }, (_, i) => i - 3);
  assertEquals(
    literal(bytes, [4, 5], "int8"),
    one('"0xFDFEFF000102030405060708090A0B0C0D0E0F10"', "tensor<4x5xi8>"),
  );
  const bits = Array.from({ length: 20 }, (_, i) => i % 2);
  assertEquals(
    literal(bits, [20], "bool")[1],
    "%1 = stablehlo.convert %0 : (tensor<20xui8>) -> tensor<20xi1>",
  );
});

Deno.test("an element type that StableHLO lacks is refused by name", () => {
  assertEquals(typeText({ shape: [2, 3], dtype: "float8e4m3fn" }), "tensor<2x3xf8E4M3FN>");
  assertThrows(() => elementType("string"), TypeError, "string");
});
