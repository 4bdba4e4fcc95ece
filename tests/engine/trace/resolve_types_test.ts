import { assertEquals, assertThrows } from "@std/assert";
import { promote, resolveTypes, type TypedShape } from "../../../lib/engine/trace/resolve_types.ts";
import { opSignature, spreadInputs } from "../../../lib/engine/trace/signature.ts";
import type { DType } from "../../../lib/engine/dtype.ts";

function tensor(dtype: DType, ...shape: number[]): TypedShape {
  return { dtype, shape };
}

Deno.test("promote() gives a scalar the type of the tensors it meets", () => {
  assertEquals(promote([tensor("bfloat16", 2), tensor("float32")]), "bfloat16");
  assertEquals(promote([tensor("float32"), tensor("int8", 2)]), "int8");
  assertEquals(promote([tensor("float32"), tensor("bfloat16")]), "float32");
});

Deno.test("promote() gives tensors of different types the wider one", () => {
  assertEquals(promote([tensor("bfloat16", 2), tensor("float32", 2)]), "float32");
  assertEquals(promote([tensor("int8", 2), tensor("int32", 2)]), "int32");
  assertEquals(promote([tensor("float16", 2), tensor("bfloat16", 2)]), "float32");
});

Deno.test("resolveTypes() sets the attribute that inputs share and the outputs' types", () => {
  const signature = opSignature("Mul");
  const { attributes, inputs, outputs } = resolveTypes(signature!, {
    attributes: new Map([["T", { kind: "type", value: "float32" }]]),
    inputs: [tensor("bfloat16", 2), tensor("float32")],
    outputCount: 1,
  });
  assertEquals(attributes.get("T"), { kind: "type", value: "bfloat16" });
  assertEquals({ inputs, outputs }, { inputs: ["bfloat16", "bfloat16"], outputs: ["bfloat16"] });
});

Deno.test("resolveTypes() leaves inputs of a type of their own alone", () => {
  const { inputs, outputs } = resolveTypes(opSignature("GatherV2")!, {
    attributes: new Map(),
    inputs: [tensor("int8", 4, 2), tensor("int32", 3), tensor("int32")],
    outputCount: 1,
  });
  assertEquals({ inputs, outputs }, { inputs: ["int8", "int32", "int32"], outputs: ["int8"] });
});

Deno.test("resolveTypes() lists the types of unlike tensors", () => {
  const { attributes, outputs } = resolveTypes(opSignature("XlaOptimizationBarrier")!, {
    attributes: new Map(),
    inputs: [tensor("int8", 4), tensor("float32", 3)],
    outputCount: 2,
  });
  assertEquals(attributes.get("T"), { kind: "types", value: ["int8", "float32"] });
  assertEquals(outputs, ["int8", "float32"]);
});

Deno.test("resolveTypes() misses an output's type attribute that nobody set", () => {
  const options = { attributes: new Map(), inputs: [tensor("int32", 4)], outputCount: 1 };
  assertThrows(() => resolveTypes(opSignature("Cast")!, options), TypeError, "'DstT'");
});

Deno.test("spreadInputs() gives a list all inputs but those of the other arguments", () => {
  const names = spreadInputs(opSignature("ConcatV2")!, 4).map(({ name }) => name);
  assertEquals(names, ["values", "values", "values", "axis"]);
});

Deno.test("opSignature() knows nothing of an op that graphs cannot hold", () => {
  assertEquals(opSignature("toString"), undefined);
  assertEquals(opSignature("DecodeJpeg"), undefined);
});
