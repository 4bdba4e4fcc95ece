import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { engine, tf } from "../../../mod.ts";
import { packCodes, unpackCodes } from "../../../lib/quant/packing/device.ts";
import { packBytes, unpackBytes } from "../../../lib/quant/packing/host.ts";
import { packedLength } from "../../../lib/quant/packing/layout.ts";
import { take } from "../values.ts";

await engine.start({ backend: "tensorflow" });

interface Codes {
  readonly bits: number;
  readonly signed: boolean;
  readonly inputs: number;
  readonly codes: number[];
}

const CODES = fc.record({
  bits: fc.integer({ min: 2, max: 8 }),
  signed: fc.boolean(),
  inputs: fc.integer({ min: 1, max: 19 }),
  rows: fc.integer({ min: 1, max: 4 }),
}).chain(({ bits, signed, inputs, rows }) => {
  const min = signed ? -(2 ** (bits - 1)) : 0;
  const code = fc.integer({ min, max: min + 2 ** bits - 1 });
  return fc.array(code, { minLength: rows * inputs, maxLength: rows * inputs })
    .map((codes): Codes => ({ bits, signed, inputs, codes }));
});

Deno.test("codes of every width and length come back from bytes", () => {
  fc.assert(
    fc.property(CODES, ({ codes, ...form }) => {
      const bytes = packBytes(codes, form);
      assertEquals(bytes.length, codes.length / form.inputs * packedLength(form.inputs, form.bits));
      assertEquals(Array.from(unpackBytes(bytes, form)), codes);
    }),
    { seed: 6 },
  );
});

Deno.test("the device packs the bytes that the host packs, and unpacks them", () => {
  fc.assert(
    fc.property(CODES, ({ codes, ...form }) => {
      const bytes = packBytes(codes, form);
      tf.tidy(() => {
        const packed = packCodes(
          tf.tensor2d(codes, [codes.length / form.inputs, form.inputs]),
          form.bits,
        );
        assertEquals(engine.dtypeOf(packed), "uint8");
        assertEquals(Array.from(packed.dataSync()), Array.from(bytes));
        assertEquals(Array.from(unpackCodes(packed, form).dataSync()), codes);
      });
    }),
    { seed: 6 },
  );
});

Deno.test("compiled, packing and unpacking give the same", () => {
  for (const bits of [2, 3, 4, 8]) {
    const form = { bits, inputs: 21, signed: true };
    const codes = tf.floor(tf.randomUniform([5, 21], -(2 ** (bits - 1)), 2 ** (bits - 1)));
    const both = engine.compile((codes: tf.Tensor) => unpackCodes(packCodes(codes, bits), form));
    assertEquals(take(both(codes)), take(codes));
    both.dispose();
  }
});

Deno.test("low places of a byte hold the first codes, negative ones in two's complement", () => {
  assertEquals([...packBytes([1, -2, 7], { bits: 4, inputs: 3 })], [0xe1, 0x07]);
  assertEquals([...packBytes([1, -1, 0, -2], { bits: 2, inputs: 4 })], [0b10001101]);
  assertEquals(
    [...packBytes([1, 2, 3, -4, -3, -2, -1, 0], { bits: 3, inputs: 8 })],
    [0b11010001, 0b01011000, 0b00011111],
  );
});

Deno.test("rows start at new bytes, and 2, 3 and 4 bits take no more than these", () => {
  assertEquals([...packBytes([1, 2, 3, 4, 5, 6], { bits: 4, inputs: 3 })].length, 4);
  assertEquals([2, 3, 4, 5, 8].map((bits) => packedLength(1024, bits)), [
    256,
    384,
    512,
    1024,
    1024,
  ]);
});

Deno.test("codes that do not fit, broken rows and wrong widths are refused", () => {
  const pack = (codes: number[], bits: number, inputs = codes.length) => () =>
    packBytes(codes, { bits, inputs });
  assertThrows(pack([0, 16], 4), RangeError, "Code 16 at place 1 does not fit 4 bits");
  assertThrows(pack([-9], 4), RangeError, "Code -9 at place 0");
  assertThrows(pack([0.5], 4), RangeError, "Code 0.5");
  assertThrows(pack([1, 2, 3], 4, 2), RangeError, "in rows of 2");
  assertThrows(pack([1], 9), RangeError, "current value is 9");
  assertThrows(
    () => unpackBytes(new Uint8Array(5), { bits: 4, inputs: 3, signed: true }),
    RangeError,
    "take 2 bytes a row: found 5 bytes",
  );
  assertThrows(
    () => unpackCodes(tf.zeros([2, 5], "int32"), { bits: 3, inputs: 8, signed: true }),
    RangeError,
    "need shape [outputs, 3]: current shape is [2,5]",
  );
});
