import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { runScript } from "./run_script.ts";

const STEP = ["--model", "llama-2-7b", "--method", "lr-qat", "--phi", "q4.4", "--estimate"];

Deno.test("memory prints a table by class, the peak and the cards", async () => {
  const { code, stdout, stderr } = await runScript("memory.ts", ...STEP, "--card", "RTX 4090");
  assertEquals([code, stderr], [0, ""]);
  for (const text of ["frozen weights", "optimizer", "other", "peak", "ours (estimated)"]) {
    assertStringIncludes(stdout, text);
  }
  assertStringIncludes(stdout, "RTX 4090 24 GB yes, ");
  assertStringIncludes(stdout, "largest batch on RTX 4090 24 GB: ");
});

Deno.test("memory --format json prints one object for programs", async () => {
  const { stdout } = await runScript("memory.ts", ...STEP, "--format", "json");
  const found = JSON.parse(stdout);
  assertEquals([found.model, found.method, found.bits], ["llama-2-7b", "lr-qat", 4]);
  const classes: number[] = Object.values(found.paperStack.byClass);
  const sum = classes.reduce((a, b) => a + b, 0);
  assert(Math.abs(sum - found.paperStack.totalBytes) < 10);
  assert(found.estimated.totalBytes > 0);
});

Deno.test("memory writes a study's rows, report and figures", async () => {
  const folder = await Deno.makeTempDir({ prefix: "qatlab-" });
  try {
    const { code, stderr } = await runScript(
      "memory.ts",
      ...["--study", "lr-qat/figure-1", "--estimate", "--output", folder],
    );
    assertEquals(code, 0, stderr);
    const own = join(folder, "memory", "lr-qat", "figure-1");
    const names = [...Deno.readDirSync(own)].map(({ name }) => name).sort();
    assertEquals(names, ["figures", "memory.arrow", "report.html", "report.md"]);
    const text = await Deno.readTextFile(join(own, "report.md"));
    assertStringIncludes(text, "arXiv 2406.06385v3, Figure 1");
    assertStringIncludes(text, "figures/memory-paper-stack.svg");
    await Deno.remove(join(own, "figures"), { recursive: true });
    await Deno.remove(join(own, "report.md"));
    const drawn = await runScript("report.ts", "memory/lr-qat/figure-1", "--results", folder);
    assertEquals([drawn.code, drawn.stderr], [0, ""], "rows are enough to report them again");
    assertEquals(await Deno.readTextFile(join(own, "report.md")), text);
    assert((await Deno.stat(join(own, "figures", "memory-paper-stack.svg"))).isFile);
    await Deno.writeTextFile(join(own, "memory.running.arrow"), "no rows");
    const again = ["--study", "lr-qat/figure-1", "--estimate", "--output", folder];
    const damaged = await runScript("memory.ts", ...again);
    assertEquals(damaged.code, 1);
    assertStringIncludes(damaged.stderr, "; --fresh plans all steps anew");
    assertEquals((await runScript("memory.ts", ...again, "--fresh")).code, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("memory says in one line what is wrong", async () => {
  const cases = [
    [["--model", "llama2-7b", "--method", "lsq"], "did you mean llama-2-7b"],
    [["--model", "llama-2-7b", "--method", "lrqat"], "did you mean 'lr-qat'"],
    [["--model", "llama-2-7b", "--method", "lsq", "--seq", "9999"], "from 2 to 4096"],
    [["--model", "llama-2-7b", "--method", "lsq", "--phi", "q4.4"], "lsq has no downcast"],
    [["--model", "llama-2-7b", "--method", "lora", "--bits", "4"], "lora quantizes no weight"],
    [["--model", "llama-2-7b"], "Write --model and --method"],
    [["--study", "lr-qat/fig-1"], "did you mean 'lr-qat/figure-1'"],
    [["--model", "deno.json", "--method", "lsq"], "deno.json"],
    [["--study", "sizes", "--batch", "2", "--method", "lsq"], "Leave out --method, --batch"],
    [["--model", "llama-2-70b", "--method", "lsq", "--measure"], "measure in float32, or plan"],
    [["--study", "sizes", "--format", "json", "--output", "x"], "Leave out --format or --output"],
    [["--model", "llama-2-7b", "--method", "lsq", "--output", "x"], "Leave out --output"],
    [["--model", "llama-2-7b", "--method", "lsq", "--fresh"], "Leave out --fresh"],
  ] as const;
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await runScript("memory.ts", ...args, "--estimate");
    assertEquals([code, stdout], [1, ""], args.join(" "));
    assertStringIncludes(stderr, message);
    assertEquals(stderr.trim().split("\n").length, 1);
  }
});
