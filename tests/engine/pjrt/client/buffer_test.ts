import { assertEquals, assertThrows } from "@std/assert";
import { byteLength, type DType } from "../../../../lib/engine/dtype.ts";
import { floats, openClient } from "./open_client.ts";

const dtypes: readonly DType[] = [
  "bool",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "float16",
  "bfloat16",
  "float32",
  "float64",
  "complex64",
  "float8e5m2",
  "float8e4m3fn",
];

Deno.test("read() returns the bytes that toDevice() took, for every type and rank", () => {
  using client = openClient();
  for (const dtype of dtypes) {
    for (const shape of [[3, 5], [2, 1, 3], [], [0, 4]]) {
      const limit = dtype === "bool" ? 2 : 120;
      const bytes = Uint8Array.from(
        { length: byteLength(shape, dtype) },
        (_, i) => (7 * i + 1) % limit,
      );
      assertEquals(client.toDevice(bytes, dtype, shape).read(), bytes, `${dtype} [${shape}]`);
    }
  }
});

Deno.test("4-bit integers keep value and sign in a byte each", () => {
  using client = openClient();
  const signed = Int8Array.of(-8, -7, -1, 0, 1, 7, 3);
  const bytes = new Uint8Array(signed.buffer);
  const codes = client.toDevice(bytes, "int4", [7]);
  assertEquals(new Int8Array(codes.read().buffer), signed);
  const type = "tensor<7xi4>";
  const program = client.compileSync(`module { func.func @main(%x: ${type}) -> ${type} {
    %0 = stablehlo.not %x : ${type}
    return %0 : ${type} } }`);
  assertEquals(program.outputs, [{ dtype: "int4", shape: [7] }]);
  const [inverted] = program.run([codes]);
  assertEquals(inverted && new Int8Array(inverted.read().buffer), signed.map((code) => ~code));
  const unsigned = Uint8Array.of(0, 1, 8, 15);
  assertEquals(client.toDevice(unsigned, "uint4", [4]).read(), unsigned);
});

Deno.test("read() gives a transposed result in row-major order", () => {
  using client = openClient();
  const program = client.compileSync(`module {
    func.func @main(%x: tensor<2x3xf32>) -> tensor<3x2xf32> {
      %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
      return %0 : tensor<3x2xf32> } }`);
  const [y] = program.run([client.toDevice(floats(1, 2, 3, 4, 5, 6), "float32", [2, 3])]);
  assertEquals(y?.read(), floats(1, 4, 2, 5, 3, 6));
});

Deno.test("A disposed buffer says so", () => {
  using client = openClient();
  const x = client.toDevice(floats(1, 2), "float32", [2]);
  x[Symbol.dispose]();
  x[Symbol.dispose]();
  assertEquals(x.consumed, false);
  assertThrows(() => x.read(), TypeError, "Cannot use a buffer of float32 [2]: it was disposed");
});
