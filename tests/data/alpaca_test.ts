import { assertEquals, assertRejects } from "@std/assert";
import { alpacaPrompt, alpacaRecords } from "../../lib/data/alpaca.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { collect, withFile } from "./temp_file.ts";

Deno.test("alpacaPrompt() writes the template of tasks with an input", () => {
  assertEquals(
    alpacaPrompt({ instruction: "Add.", input: "1 2" }),
    "Below is an instruction that describes a task, paired with an input that provides further " +
      "context. Write a response that appropriately completes the request.\n\n" +
      "### Instruction:\nAdd.\n\n### Input:\n1 2\n\n### Response:",
  );
});

Deno.test("alpacaPrompt() writes the template of tasks without an input", () => {
  assertEquals(
    alpacaPrompt({ instruction: "Sing.", input: "" }),
    "Below is an instruction that describes a task. Write a response that appropriately completes " +
      "the request.\n\n### Instruction:\nSing.\n\n### Response:",
  );
});

Deno.test("alpacaRecords() reads tasks, the input may be missing", async () => {
  const lines = [
    '{"instruction": "a", "input": "b", "output": "c"}',
    '{"instruction": "d", "output": "e", "other": 1}',
  ];
  await withFile("a.jsonl", lines.join("\n"), async (path) => {
    assertEquals(await collect(alpacaRecords(path)), [
      { instruction: "a", input: "b", output: "c" },
      { instruction: "d", input: "", output: "e" },
    ]);
  });
});

Deno.test("alpacaRecords() names the field and line that is wrong", async () => {
  await withFile("a.jsonl", '{"instruction": "a", "input": 1, "output": "b"}', async (path) => {
    const read = () => collect(alpacaRecords(path));
    await assertRejects(
      read,
      FileFormatError,
      'field "input" of line 1 at byte 0: expected a string',
    );
  });
  await withFile("a.jsonl", '{"instruction": "a"}', async (path) => {
    await assertRejects(() => collect(alpacaRecords(path)), FileFormatError, 'field "output"');
  });
});
