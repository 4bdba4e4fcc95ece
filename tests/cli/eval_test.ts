import { assertEquals, assertStringIncludes } from "@std/assert";
import { tinyFolder } from "../model/tiny_model.ts";
import { runScript } from "./run_script.ts";

const MODEL = tinyFolder("grouped-untied");

async function withText(test: (file: string) => Promise<void>): Promise<void> {
  const file = await Deno.makeTempFile({ prefix: "qatlab-", suffix: ".txt" });
  try {
    await Deno.writeTextFile(file, "once upon a time there was a cat, and it sat on a mat. ");
    await test(file);
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("eval ppl --format json prints one object on standard output", async () => {
  await withText(async (file) => {
    const options = ["--model", MODEL, "--text", file, "--seq", "16", "--blocks", "2"];
    const { code, stdout, stderr } = await runScript(
      "eval.ts",
      "ppl",
      ...options,
      "--format",
      "json",
    );
    assertEquals(code, 0, stderr);
    const result = JSON.parse(stdout);
    assertEquals([result.blocks, result.tokens, result.protocol.seq], [2, 30, 16]);
    assertEquals(result.perplexity, Math.exp(result.meanLoss));
    assertEquals(result.protocol.text, file);
    assertStringIncludes(stderr, "perplexity 100% 2/2 blocks");
  });
});

Deno.test("eval ppl says what is wrong in one line, with exit code 1", async () => {
  await withText(async (file) => {
    const options = ["--model", MODEL, "--text", file, "--seq", "64"];
    const { code, stdout, stderr } = await runScript("eval.ts", "ppl", ...options);
    assertEquals([code, stdout], [1, ""]);
    assertStringIncludes(stderr, "error: Cannot cut a block of 64 tokens: the text has 55");
  });
});

Deno.test("eval ppl refuses what would change nothing", async () => {
  await withText(async (file) => {
    const step = ["ppl", "--model", MODEL, "--seq", "16", "--text"];
    for (
      const [more, expected] of [
        [[file, "--split", "train"], "Leave out --split"],
        [[file, "--field", "body"], "Leave out --field"],
        [["brown", "--field", "body"], "Leave out --field"],
      ] as const
    ) {
      const { code, stderr } = await runScript("eval.ts", ...step, ...more);
      assertEquals(code, 1);
      assertStringIncludes(stderr, expected);
    }
  });
});

Deno.test("eval divergence compares a model with another", async () => {
  await withText(async (file) => {
    const options = ["--model", MODEL, "--text", file, "--seq", "16", "--blocks", "2"];
    const own = ["divergence", ...options, "--reference", MODEL];
    const { code, stdout, stderr } = await runScript("eval.ts", ...own);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, "divergence      0.000000, ± 0.000000 nats a token");
    assertStringIncludes(stdout, "same top token  100.00 %");
    const json = await runScript("eval.ts", ...own, "--format", "json");
    assertEquals(JSON.parse(json.stdout).tokens, 30);
  });
});

Deno.test("eval choices tells the share of right answers, as a table or JSON", async () => {
  const file = await Deno.makeTempFile({ prefix: "qatlab-", suffix: ".jsonl" });
  try {
    const question = { context: "once upon", choices: [" a time", " a"], answer: 1 };
    await Deno.writeTextFile(file, `${JSON.stringify(question)}\n`.repeat(3));
    const options = ["choices", "--model", MODEL, "--questions", file, "--limit", "2"];
    const table = await runScript("eval.ts", ...options);
    assertEquals(table.code, 0, table.stderr);
    assertStringIncludes(table.stdout, `questions  2 of ${file}`);
    const { stdout } = await runScript("eval.ts", ...options, "--format", "json");
    const found = JSON.parse(stdout);
    assertEquals([found.questions, found.logLikelihoods.length], [2, 2]);
    assertStringIncludes(table.stdout, `accuracy   ${(100 * found.accuracy.value).toFixed(2)} %`);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("eval ppl without a needed option ends with exit code 2", async () => {
  const { code, stderr } = await runScript("eval.ts", "ppl", "--model", MODEL);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--text");
});
