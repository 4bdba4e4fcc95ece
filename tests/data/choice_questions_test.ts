import { assertEquals, assertRejects } from "@std/assert";
import { choiceQuestions } from "../../lib/data/choice_questions.ts";
import { FileFormatError } from "../../lib/io/errors.ts";
import { collect, withFile } from "./temp_file.ts";

Deno.test("choiceQuestions() reads a question a line", async () => {
  const line =
    '{"context": "Two and two are", "choices": [" four", " five"], "answer": 0, "id": 7}';
  await withFile("q.jsonl", `${line}\n\n${line}\n`, async (path) => {
    const question = { context: "Two and two are", choices: [" four", " five"], answer: 0 };
    assertEquals(await collect(choiceQuestions(path)), [question, question]);
  });
});

Deno.test("choiceQuestions() names the field and line that is wrong", async () => {
  const cases = [
    ['{"choices": ["a", "b"], "answer": 0}', 'field "context" of line 1'],
    ['{"context": "c", "choices": ["a"], "answer": 0}', 'two or more texts, found ["a"]'],
    ['{"context": "c", "choices": ["a", " "], "answer": 0}', "two or more texts"],
    ['{"context": "c", "choices": ["a", "b"], "answer": 2}', "an index from 0 to 1, found 2"],
    ['{"context": "c", "choices": ["a", "b"], "answer": "a"}', "an index from 0 to 1"],
  ] as const;
  for (const [line, expected] of cases) {
    await withFile("q.jsonl", line, async (path) => {
      await assertRejects(() => collect(choiceQuestions(path)), FileFormatError, expected);
    });
  }
});
