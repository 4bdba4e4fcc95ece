import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { canonicalJson, configurationHash } from "../../lib/io/config_hash.ts";

Deno.test("canonicalJson() sorts keys at every level and writes no blanks", () => {
  assertEquals(
    canonicalJson({ b: [1, { z: null, a: true }], a: "é\n", "10": 0, "9": {} }),
    '{"10":0,"9":{},"a":"é\\n","b":[1,{"a":true,"z":null}]}',
  );
});

// The numbers and texts of appendix B of RFC 8785.
Deno.test("canonicalJson() writes numbers as RFC 8785 does", () => {
  const bits = (hex: string) =>
    new DataView(BigUint64Array.of(BigInt(hex)).buffer).getFloat64(0, true);
  assertEquals(canonicalJson(bits("0x8000000000000000")), "0");
  assertEquals(canonicalJson(bits("0x0000000000000001")), "5e-324");
  assertEquals(canonicalJson(bits("0x44b52d02c7e14af5")), "9.999999999999997e+22");
  assertEquals(canonicalJson(bits("0x41b3de4355555553")), "333333333.3333332");
  assertEquals(canonicalJson(bits("0xbecbf647612f3696")), "-0.0000033333333333333333");
});

Deno.test("configurationHash() is the sha256 of the canonical text", () => {
  // printf '{"a":[0.1],"b":1}' | sha256sum
  assertEquals(
    configurationHash({ b: 1, a: [0.1] }),
    "d7582fcee4f8f93004bdb8f725022ae44acb9c523ffa474316662408086c59de",
  );
  assertNotEquals(
    configurationHash({ a: 0.1 }),
    configurationHash({ a: 0.1 + Number.EPSILON / 8 }),
  );
  assertNotEquals(configurationHash({ a: "1" }), configurationHash({ a: 1 }));
});

const refused: [unknown, string][] = [
  [{ rate: NaN }, "'rate' must be a finite number: current value is NaN"],
  [{ a: [{ b: -Infinity }] }, "'a.0.b' must be a finite number: current value is -Infinity"],
  [{ a: { b: undefined } }, "'a.b' must be a value that JSON can hold: current value is undefined"],
  // deno-lint-ignore no-sparse-arrays -- a hole is what is tested
  [[1, , 2], "'1' must be a value that JSON can hold: current value is undefined"],
  [{ a: 1n }, "current value is a bigint"],
  [{ a: () => 1 }, "current value is a function"],
  [{ a: new Map() }, "current value is an object of class Map"],
  [{ a: new Float32Array(1) }, "current value is an object of class Float32Array"],
  [{ a: "\ud800" }, "'a' must be Unicode text"],
  [{ "\ud800": 1 }, "it must be Unicode text"],
];
for (const [value, message] of refused) {
  Deno.test(`canonicalJson() refuses a value: ${message}`, () => {
    assertThrows(() => canonicalJson(value), RangeError, message);
  });
}

Deno.test("canonicalJson() refuses a value that holds itself", () => {
  const loop: unknown[] = [];
  loop.push(loop);
  assertThrows(() => canonicalJson(loop), RangeError, "at most 32 levels deep");
});
