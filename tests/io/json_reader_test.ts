import { assertEquals, assertThrows } from "@std/assert";
import { JsonReader } from "../../lib/io/json_reader.ts";

function reader(text: string): JsonReader {
  return new JsonReader(text, (at, expected, found) => new Error(`${at}|${expected}|${found}`));
}

Deno.test("JsonReader reads an object in the order of its text, numeric and prototype keys too", () => {
  const json = reader(' {"b": [1, 2] ,"0":"\\u00e9\\n", "__proto__":0}\n');
  const read: unknown[] = [];
  json.object((key) => {
    if (key === "b") json.array(() => read.push(json.integer()));
    else if (key === "0") read.push(json.string());
    else read.push([key, json.integer()]);
  });
  json.end();
  assertEquals(read, [1, 2, "é\n", ["__proto__", 0]]);
});

Deno.test("JsonReader refuses equal keys, also when they are escaped differently", () => {
  assertThrows(() => reader('{"a":1,"\\u0061":2}').skip(), Error, '7|keys that differ|"a" twice');
});

for (
  const [text, message] of [
    ["", "0|a JSON value|the end"],
    ["{", "1|a string|the end"],
    ['{"a" 1}', '5|":"|"1}"'],
    ['{"a":1,}', '7|a string|"}"'],
    ["[1,]", '3|a JSON value|"]"'],
    ["[1 2]", '3|"]"|"2]"'],
    ['"abc', "0|the end of the string"],
    ['"a\\', "0|the end of the string"],
    ['"a\nb"', "2|an escaped control character|a raw 10"],
    ['"\\x"', "0|a JSON string"],
    ['"\\ud800"', "0|Unicode text"],
    ["nul", "0|a JSON value"],
    ["01", "1|the end"],
    ["-", "0|a JSON value"],
    ["[".repeat(100), "65|at most 64 levels"],
    ["1 x", "2|the end"],
  ] as const
) {
  Deno.test(`JsonReader refuses ${text.slice(0, 12)}`, () => {
    assertThrows(
      () => {
        const json = reader(text);
        json.skip();
        json.end();
      },
      Error,
      message,
    );
  });
}

Deno.test("JsonReader.integer() takes digits only, up to 2^53 - 1", () => {
  assertEquals(reader("9007199254740991").integer(), Number.MAX_SAFE_INTEGER);
  for (const text of ["9007199254740992", "-1", "1.0", "1e3", "01", '"1"', "9".repeat(1000)]) {
    assertThrows(() => reader(text).integer(), Error, "an integer from 0");
  }
});

Deno.test("JsonReader.skip() takes every text that JSON.parse takes", () => {
  const value = { a: [1.5, -2e-7, true, false, null, { b: '\\"\u2028' }], "": [], c: {} };
  for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
    assertEquals(JSON.parse(reader(text).skip()), value);
  }
});
