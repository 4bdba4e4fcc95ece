import { assertEquals, assertThrows } from "@std/assert";
import { JsonField } from "../../lib/io/json_field.ts";
import { FileFormatError } from "../../lib/io/errors.ts";

Deno.test("parse() refuses equal keys and text that is no JSON, and names the byte", () => {
  assertThrows(() => JsonField.parse('{"é": 1, "é": 2}', "f"), FileFormatError, "at byte 10");
  assertThrows(() => JsonField.parse('{"a": 1', "f"), FileFormatError, '"f": JSON text at byte 7');
  assertThrows(() => JsonField.parse("{} x", "f"), FileFormatError, "the end of the JSON text");
});

Deno.test("a field names its path and its byte when it is wrong", () => {
  const root = JsonField.parse('{"a": [{"b": 1}, {"b": "x"}]}', "f");
  const wrong = root.get("a").items()[1]!.get("b");
  assertThrows(
    () => wrong.index(),
    FileFormatError,
    'field "a.1.b" at byte 23: expected an integer',
  );
  assertThrows(() => root.get("a").string(), FileFormatError, "found an array of 2");
  assertThrows(() => root.get("c").string(), FileFormatError, 'field "c" at byte 0');
});

Deno.test("a field of a name that all objects have is absent unless the file has it", () => {
  const root = JsonField.parse('{"__proto__": 1}', "f");
  assertEquals([root.get("toString").present, root.get("constructor").present], [false, false]);
  assertEquals(root.get("__proto__").value, 1);
});
