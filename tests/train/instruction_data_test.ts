import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { engine } from "../../mod.ts";
import { alpacaPrompt } from "../../lib/data/alpaca.ts";
import { loadTokenizer } from "../../lib/data/load_tokenizer.ts";
import { instructionTasks } from "../../lib/train/instruction_data.ts";
import { train } from "../../lib/train/train.ts";
import { tinyFolder } from "../model/tiny_model.ts";
import { TINY_OPTIMIZER, tinyTrainee } from "./tiny_trainee.ts";

const tokenizer = await loadTokenizer(tinyFolder("grouped-untied"));
const PROMPT = tokenizer.encode(alpacaPrompt({ instruction: "a", input: "" })).length;
const RECORDS = [
  { instruction: "a", input: "", output: "once" },
  { instruction: "a", input: "", output: "upon a time" },
];
const OPTIONS = { tokenizer, name: "tasks", seq: PROMPT + 16 };

Deno.test("instructionTasks() learns each answer and its end, and nothing else", async () => {
  const tasks = await instructionTasks(RECORDS, OPTIONS);
  assertEquals([tasks.rows, tasks.leftOut, tasks.seq], [2, 0, PROMPT + 16]);
  const { tokensBT, weights, batch } = tasks.at({ index: 0, batch: 2, seed: 1 });
  assertEquals(batch, 2);
  const learned = [0, 1].map((row) => {
    const ids = tokensBT.subarray(row * tasks.seq, (row + 1) * tasks.seq);
    const own = weights.subarray(row * (tasks.seq - 1), (row + 1) * (tasks.seq - 1));
    // The weight t belongs to the prediction of token t + 1.
    return tokenizer.decode(ids.filter((_, t) => own[t - 1] === 1));
  });
  const end = tokenizer.decode([tokenizer.eosId ?? -1]);
  assertEquals(learned.sort(), [`once${end}`, `upon a time${end}`]);
});

Deno.test("instructionTasks() learns the prompt too where it is asked to", async () => {
  const tasks = await instructionTasks(RECORDS.slice(0, 1), { ...OPTIONS, maskPrompt: false });
  const { weights } = tasks.at({ index: 0, batch: 1, seed: 1 });
  // The prompt's first token follows nothing; four letters and the end are the answer.
  assertEquals(weights.reduce((sum, weight) => sum + weight, 0), PROMPT - 1 + 4 + 1);
});

Deno.test("instructionTasks() leaves out tasks without room for an answer, and refuses if none is left", async () => {
  const long = { instruction: "a".repeat(40), input: "", output: "once" };
  const tasks = await instructionTasks([...RECORDS, long], OPTIONS);
  assertEquals([tasks.rows, tasks.leftOut], [2, 1]);
  const few = { ...OPTIONS, seq: 8 };
  await assertRejects(() => instructionTasks(RECORDS, few), RangeError, "raise 'seq'");
  await assertRejects(() => instructionTasks(RECORDS, { ...OPTIONS, seq: 1 }), RangeError, "seq");
});

Deno.test("instructionTasks() has the fingerprint of what is learned", async () => {
  const [plain, same, whole] = [
    await instructionTasks(RECORDS, OPTIONS),
    await instructionTasks(RECORDS, OPTIONS),
    await instructionTasks(RECORDS, { ...OPTIONS, maskPrompt: false }),
  ];
  assertEquals(plain.fingerprint, same.fingerprint);
  assertNotEquals(plain.fingerprint, whole.fingerprint);
});

Deno.test("train() learns tasks", async () => {
  await engine.start({ backend: "wasm" });
  const model = tinyTrainee({ vocabSize: 51, maxPositions: 256 });
  const data = await instructionTasks(RECORDS, OPTIONS);
  const losses: number[] = [];
  for await (
    const event of train({ model, data, steps: 12, batch: 2, optimizer: TINY_OPTIMIZER, seed: 3 })
  ) {
    if (event.kind === "step") losses.push(event.loss);
  }
  assert((losses.at(-1) ?? NaN) < (losses[0] ?? NaN) - 0.5, losses.join(" "));
});
