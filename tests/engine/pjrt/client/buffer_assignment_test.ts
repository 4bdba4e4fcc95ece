import { assert, assertEquals, assertExists, assertThrows } from "@std/assert";
import {
  type AllocationKind,
  type BufferAssignment,
  parseBufferAssignment,
} from "../../../../lib/engine/pjrt/client/buffer_assignment.ts";
import type { PjrtMemory } from "../../../../lib/engine/pjrt/client/executable.ts";
import { readBufferAssignment } from "../../../../lib/engine/pjrt/client/read_buffer_assignment.ts";
import { openClient } from "./open_client.ts";

const STEP = `module @step {
  func.func @main(%x: tensor<64x96xf32>, %w: tensor<96x96xf32> {tf.aliasing_output = 0 : i32})
      -> (tensor<96x96xf32>, tensor<f32>) {
    %h = stablehlo.dot %x, %w : (tensor<64x96xf32>, tensor<96x96xf32>) -> tensor<64x96xf32> loc("forward")
    %t = stablehlo.tanh %h : tensor<64x96xf32>
    %g = stablehlo.dot_general %x, %t, contracting_dims = [0] x [0] : (tensor<64x96xf32>, tensor<64x96xf32>) -> tensor<96x96xf32>
    %n = stablehlo.subtract %w, %g : tensor<96x96xf32>
    %z = stablehlo.constant dense<0.0> : tensor<f32>
    %s = stablehlo.reduce(%t init: %z) applies stablehlo.add across dimensions = [0, 1] : (tensor<64x96xf32>, tensor<f32>) -> tensor<f32>
    return %n, %s : tensor<96x96xf32>, tensor<f32> } }`;

async function assignmentOf(
  text: string,
): Promise<{ assignment: BufferAssignment; memory: PjrtMemory }> {
  const dumpTo = await Deno.makeTempDir();
  try {
    using client = openClient();
    const memory = client.compileSync(text, { dumpTo }).memory();
    const assignment = await readBufferAssignment(dumpTo);
    assertExists(assignment);
    return { assignment, memory };
  } finally {
    await Deno.remove(dumpTo, { recursive: true });
  }
}

function bytesOf({ allocations }: BufferAssignment, kind: AllocationKind): number {
  return allocations.filter((allocation) => allocation.kind === kind)
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

Deno.test("A dump's allocations add up to what the plugin says of the program's memory", async () => {
  const { assignment, memory } = await assignmentOf(STEP);
  assertEquals(bytesOf(assignment, "temporary"), memory.temporaryBytes);
  assertEquals(bytesOf(assignment, "parameter"), memory.argumentBytes);
  assertEquals(bytesOf(assignment, "output"), memory.outputBytes - memory.aliasBytes);
  const donated = assignment.allocations.filter(({ kind, holdsResult }) =>
    kind === "parameter" && holdsResult
  );
  assertEquals(donated.map(({ bytes }) => bytes), [memory.aliasBytes]);
});

Deno.test("A dump's values lie inside their allocations and say where they come from", async () => {
  const { assignment: { allocations } } = await assignmentOf(STEP);
  const temporaries = allocations.filter(({ kind }) => kind === "temporary");
  const values = temporaries.flatMap(({ bytes, values }) => {
    for (const value of values) assert(value.offset + value.bytes <= bytes);
    return values;
  });
  const forward = values.find(({ name }) => name?.includes("forward"));
  assertEquals(forward?.operation, "dot");
  assertEquals(forward?.bytes, 64 * 96 * 4);
  assertEquals(forward?.type, "f32[64,96]{1,0}");
  const backward = values.find(({ operation, name }) =>
    operation === "dot" && name !== forward?.name
  );
  assertEquals(backward?.line, 6);
  assert(forward?.live && backward?.live && forward.live[1] <= backward.live[0]);
});

Deno.test("parseBufferAssignment() reads kinds, parameters, parts, sources and live ranges", () => {
  const { allocations } = parseBufferAssignment(`BufferAssignment:
allocation 0: size 64, parameter 1, shape |f32[16]| at ShapeIndex {}, maybe-live-out:
 value: <3 w.1 @0> (size=64,offset=0): f32[16]{0}
allocation 1: size 8, output shape is |(f32[16], f32[])|, maybe-live-out:
 value: <9 tuple{} @0> (size=8,offset=0): (f32[16]{0}, f32[])
allocation 2: size 4, constant:
 value: <4 constant.1 @0> (size=4,offset=0): f32[]
allocation 3: size 4, thread-local:
 value: <5 add.1 @0> (size=4,offset=0): f32[]
allocation 4: size 192, preallocated-temp:
 value: <6 while{1} @0> (size=64,offset=128): f32[16]{0}

Total bytes used: 272 (272B)
allocation 5: size 1, repeated below:

Used values:
<6 while{1} @0>
 positions:
  while {1}
 uses:
 from instruction: %while = (s32[], f32[16]{0}) while(%tuple.1), condition=%c, body=%b, metadata={op_name="jit/loop" source_file="-" source_line=12 source_end_line=12}

HloLiveRange (max 3):
  InstructionSequence:
    0:w.1
  BufferLiveRange:
    while{1}:2-7
    w.1{}:0-8
  Live ranges at 2 (peak):
    while{1}: 64 bytes (cumulative: 64 bytes)
`);
  assertEquals(allocations.map(({ kind, parameter, bytes }) => [kind, parameter, bytes]), [
    ["parameter", 1, 64],
    ["output", undefined, 8],
    ["constant", undefined, 4],
    ["thread", undefined, 4],
    ["temporary", undefined, 192],
  ]);
  assertEquals(allocations.flatMap(({ values }) => values.map(({ live }) => live)), [
    [0, 8],
    undefined,
    undefined,
    undefined,
    [2, 7],
  ]);
  assertEquals(allocations[1]?.values[0]?.part, "");
  assertEquals(allocations[4]?.values, [{
    instruction: "while",
    part: "{1}",
    type: "f32[16]{0}",
    offset: 128,
    bytes: 64,
    live: [2, 7],
    operation: "while",
    name: "jit/loop",
    line: 12,
  }]);
});

Deno.test("readBufferAssignment() joins what later compilers write into three files", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertEquals(await readBufferAssignment(folder), undefined);
    const files = {
      "": "allocation 0: size 4, page 0, preallocated-temp:\n" +
        " value: <7 dot.1 @0> (size=4,offset=0): f32[]\n",
      "-values": "Total bytes used: 4 (4B)\n\nUsed values:\n<7 dot.1 @0>\n" +
        " from instruction: %dot.1 = f32[] dot(%a, %b), metadata={source_line=5}\n",
    };
    for (const [part, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/module_0000.step.gpu-buffer-assignment${part}.txt`, text);
    }
    await Deno.writeTextFile(
      `${folder}/module_0000.step.gpu-live-range.txt`,
      "HloLiveRange (max 3):\n  BufferLiveRange:\n    dot.1{}:1-2\n",
    );
    const assignment = await readBufferAssignment(folder);
    const [value] = assignment?.allocations[0]?.values ?? [];
    assertEquals([value?.operation, value?.line, value?.live], ["dot", 5, [1, 2]]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("parseBufferAssignment() refuses another text", () => {
  assertThrows(() => parseBufferAssignment("HloModule step"), SyntaxError, "no buffer assignment");
});
