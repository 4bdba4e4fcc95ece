import { assertEquals, assertThrows } from "@std/assert";
import { PjrtError } from "../../../../lib/engine/pjrt/client/pjrt_error.ts";
import { doubling, floats, numbers, openClient } from "./open_client.ts";

const signature = [{ dtype: "float32", shape: [2, 3] }] as const;

Deno.test("run() refuses inputs of another count, shape or type than the program's", () => {
  using client = openClient();
  const program = client.compileSync(doubling("2x3"), { signature });
  const bytes = new Uint8Array(24);
  const fits = client.toDevice(bytes, "float32", [2, 3]);
  const turned = client.toDevice(bytes, "float32", [3, 2]);
  const integers = client.toDevice(bytes, "int32", [2, 3]);
  assertThrows(
    () => program.run([fits, fits]),
    TypeError,
    "Program 'doubling' takes 1 inputs: 2 were given",
  );
  assertThrows(
    () => program.run([turned]),
    TypeError,
    "Input 0 of program 'doubling' must be float32 [2, 3]: float32 [3, 2] was given",
  );
  assertThrows(() => program.run([integers]), TypeError, "int32 [2, 3] was given");
  assertEquals(program.run([fits]).length, 1);
});

Deno.test("run() without a signature leaves the count to the plugin", () => {
  using client = openClient();
  const program = client.compileSync(doubling("2"));
  const error = assertThrows(() => program.run([]), PjrtError);
  assertEquals(error.call, "LoadedExecutable_Execute");
  assertEquals(error.code, "invalid argument");
});

Deno.test("A donated input is consumed, and using it again says why it cannot", () => {
  using client = openClient();
  const program = client.compileSync(doubling("2", { alias: true }));
  const x = client.toDevice(floats(1, 2), "float32", [2]);
  const [y] = program.run([x], [0]);
  assertEquals(y && numbers(y.read()), [2, 4]);
  assertEquals(x.consumed, true);
  assertThrows(
    () => program.run([x]),
    TypeError,
    "Cannot use a buffer of float32 [2]: it was donated to a program",
  );
});

Deno.test("An input that is not donated keeps its value, though the program could write over it", () => {
  using client = openClient();
  const program = client.compileSync(doubling("2", { alias: true }));
  const x = client.toDevice(floats(1, 2), "float32", [2]);
  program.run([x]);
  const [y] = program.run([x]);
  assertEquals(y && numbers(y.read()), [2, 4]);
  assertEquals(numbers(x.read()), [1, 2]);
  assertEquals(x.consumed, false);
});

Deno.test("run() refuses to donate a buffer that it is given twice, or that is not there", () => {
  using client = openClient();
  const type = "tensor<2xf32>";
  const program = client.compileSync(`module @sum {
    func.func @main(%x: ${type} {tf.aliasing_output = 0 : i32}, %y: ${type}) -> ${type} {
      %0 = stablehlo.add %x, %y : ${type}
      return %0 : ${type} } }`);
  const x = client.toDevice(floats(1, 2), "float32", [2]);
  assertThrows(
    () => program.run([x, x], [0]),
    TypeError,
    "Cannot donate input 0 of program 'sum': the same buffer is input 1",
  );
  assertThrows(() => program.run([x, x], [2]), RangeError, "Cannot donate input 2: there are 2");
  const [y] = program.run([x, x]);
  assertEquals(y && numbers(y.read()), [2, 4]);
});

Deno.test("memory() counts arguments and outputs, and once what lies in a donated input", () => {
  using client = openClient();
  const bytes = 1024 * 1024 * 4;
  const plain = client.compileSync(doubling("1024x1024")).memory();
  assertEquals([plain.argumentBytes, plain.outputBytes, plain.aliasBytes], [bytes, bytes, 0]);
  assertEquals(plain.totalBytes, 2 * bytes + plain.temporaryBytes);
  const donated = client.compileSync(doubling("1024x1024", { alias: true })).memory();
  assertEquals(donated.aliasBytes, bytes);
  assertEquals(plain.totalBytes - donated.totalBytes, bytes);
});

Deno.test("memory() counts what lives only while the program runs", () => {
  using client = openClient();
  const { temporaryBytes } = client.compileSync(`module {
    func.func @main(%x: tensor<256x256xf32>) -> tensor<256x256xf32> {
      %0 = stablehlo.dot %x, %x : (tensor<256x256xf32>, tensor<256x256xf32>) -> tensor<256x256xf32>
      %1 = stablehlo.dot %0, %x : (tensor<256x256xf32>, tensor<256x256xf32>) -> tensor<256x256xf32>
      return %1 : tensor<256x256xf32> } }`).memory();
  assertEquals(temporaryBytes, 256 * 256 * 4);
});

Deno.test("A serialized program is loaded with its name, memory, outputs and donation", () => {
  using client = openClient();
  const program = client.compileSync(doubling("2x3", { alias: true }), { signature });
  const loaded = client.load(program.serialize(), { signature });
  assertEquals(loaded.name, program.name);
  assertEquals(loaded.outputs, program.outputs);
  assertEquals(loaded.memory(), program.memory());
  const x = client.toDevice(floats(1, 2, 3, 4, 5, 6), "float32", [2, 3]);
  const [y] = loaded.run([x], [0]);
  assertEquals(y && numbers(y.read()), [2, 4, 6, 8, 10, 12]);
  assertThrows(() => loaded.run([x]), TypeError, "donated");
});

Deno.test("load() refuses bytes that are no program", () => {
  using client = openClient();
  const error = assertThrows(() => client.load(Uint8Array.of(1, 2, 3)), PjrtError);
  assertEquals(error.call, "Executable_DeserializeAndLoad");
});

Deno.test("A disposed program says so; its outputs live on", () => {
  using client = openClient();
  const program = client.compileSync(doubling("2"));
  const x = client.toDevice(floats(1, 2), "float32", [2]);
  const [y] = program.run([x]);
  program[Symbol.dispose]();
  program[Symbol.dispose]();
  assertThrows(() => program.run([x]), TypeError, "program 'doubling': it was disposed");
  assertThrows(() => program.memory(), TypeError, "disposed");
  assertEquals(y && numbers(y.read()), [2, 4]);
});
