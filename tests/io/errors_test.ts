import { assert, assertEquals } from "@std/assert";
import { FileFormatError, quoted } from "../../lib/io/errors.ts";

Deno.test("FileFormatError says where, what was expected and what was found", () => {
  const problem = { where: "magic", offset: 0, expected: '"GGUF"', found: '"GGML"' };
  const error = new FileFormatError("a\n.gguf", problem);
  const message = 'Cannot read "a\\n.gguf": magic at byte 0: expected "GGUF", found "GGML"';
  assertEquals(error.message, message);
  assertEquals([error.name, error.path, error.offset], ["FileFormatError", "a\n.gguf", 0]);
});

Deno.test("FileFormatError leaves the byte out where there is none", () => {
  const error = new FileFormatError("a", { where: "weight_map", expected: "x", found: "y" });
  assertEquals(error.message, 'Cannot read "a": weight_map: expected x, found y');
  assert(!("offset" in error) || error.offset === undefined);
});

Deno.test("quoted() escapes and cuts hostile texts", () => {
  assertEquals(quoted('a"\u001b[2J'), '"a\\"\\u001b[2J"');
  assertEquals(quoted("x".repeat(1e6)).length, 83);
});
