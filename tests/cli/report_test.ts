import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { studyNamed } from "../../experiments/mod.ts";
import { makeManifest, openStore } from "../../lib/results/mod.ts";
import { planStudy } from "../../lib/study/study.ts";
import { RUN } from "../figures/sample_rows.ts";
import { sampleManifest } from "../results/samples.ts";
import { runScript } from "./run_script.ts";

const STUDY = "quick";

async function withResults(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "qatlab-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A study's first run, with made-up numbers. */
async function addRun(folder: string, test_loss: number, name = STUDY): Promise<void> {
  const [planned] = planStudy(studyNamed(name));
  if (!planned) throw new RangeError("The study has no run");
  const { id, spec } = planned;
  using store = await openStore(join(folder, name));
  await store.add({
    run: {
      ...RUN,
      run_id: id,
      method: spec.method,
      test_loss,
      perplexity: Math.exp(test_loss),
    },
    curve: [],
    layers: [],
    manifest: makeManifest({
      ...sampleManifest(0),
      run: { id, study: name, command: ["deno", "task", "sweep"], resumedFrom: null },
      configuration: JSON.parse(JSON.stringify(spec)),
      overrides: [],
    }),
  });
  await store.combine();
}

Deno.test("report writes HTML, Markdown and pictures beside the results", async () => {
  await withResults(async (folder) => {
    await addRun(folder, 3);
    const { code, stdout, stderr } = await runScript("report.ts", STUDY, "--results", folder);
    assertEquals(code, 0, stderr);
    const files = ["report.html", "report.md"].map((name) => join(folder, STUDY, name));
    assertEquals(stdout, `${files.join("\n")}\n`);
    const markdown = await Deno.readTextFile(join(folder, STUDY, "report.md"));
    assertStringIncludes(markdown, "20.086");
    assertStringIncludes(markdown, "figures/step-times.svg");
    const svg = await Deno.readTextFile(join(folder, STUDY, "figures", "step-times.svg"));
    assertStringIncludes(svg, "</svg>");
  });
});

Deno.test("report removes the figures that its last report showed and this one does not, and no other", async () => {
  await withResults(async (folder) => {
    await addRun(folder, 3);
    const figures = join(folder, STUDY, "figures");
    await Deno.mkdir(figures);
    for (const name of ["bits-by-rank", "mine"]) {
      await Deno.writeTextFile(join(figures, `${name}.svg`), "<svg></svg>");
    }
    const markdown = join(folder, STUDY, "report.md");
    await Deno.writeTextFile(
      markdown,
      "![Gone](figures/bits-by-rank.svg)\n![Lost](figures/lost.svg)\n",
    );
    const { code, stderr } = await runScript("report.ts", STUDY, "--results", folder);
    assertEquals(code, 0, stderr);
    const left = Array.from(Deno.readDirSync(figures), ({ name }) => name);
    assertEquals(["bits-by-rank.svg", "mine.svg"].map((name) => left.includes(name)), [
      false,
      true,
    ]);
  });
});

Deno.test("report of all studies fills in those that a readme has a place for, and wants one", async () => {
  await withResults(async (folder) => {
    await addRun(folder, 3);
    await addRun(folder, 4, "w3-channel");
    const readme = join(folder, "README.md");
    const report = () => runScript("report.ts", "--results", folder, "--readme", readme);
    await Deno.writeTextFile(readme, "Nothing here\n");
    const { code, stdout, stderr } = await report();
    assertEquals([code, stdout], [1, ""], "nothing is written before the readme is known to fit");
    assertStringIncludes(stderr, "it has a place for no study");
    await Deno.writeTextFile(readme, "<!-- begin results quick -->\n<!-- end results quick -->\n");
    assertEquals((await report()).code, 0);
    assertStringIncludes(await Deno.readTextFile(readme), "20.086");
  });
});

Deno.test("report fills in a readme, and --check fails when it is stale", async () => {
  await withResults(async (folder) => {
    const readme = join(folder, "README.md");
    await Deno.writeTextFile(readme, "<!-- begin results quick -->\n<!-- end results quick -->\n");
    await addRun(folder, 3);
    const report = (...options: string[]) =>
      runScript("report.ts", STUDY, "--results", folder, "--readme", readme, ...options);
    assertEquals((await report()).code, 0);
    assertStringIncludes(await Deno.readTextFile(readme), "20.086");
    assertEquals((await report("--check")).code, 0);
    await addRun(folder, 4);
    const { code, stderr } = await report("--check");
    assertEquals(code, 1);
    assertStringIncludes(stderr, "are stale: run deno task report quick --readme");
    assertStringIncludes(await Deno.readTextFile(readme), "20.086");
  });
});

Deno.test("report says in one line that there are no results, or no such study", async () => {
  await withResults(async (folder) => {
    const none = await runScript("report.ts", STUDY, "--results", folder);
    assertEquals([none.code, none.stdout], [1, ""]);
    assertStringIncludes(none.stderr, "there are no results in");
    assertStringIncludes(none.stderr, "deno task sweep quick makes them");
    const all = await runScript("report.ts", "--results", folder);
    assertStringIncludes(all.stderr, "holds no results of a study");
    const unknown = await runScript("report.ts", "quik", "--results", folder);
    assertStringIncludes(unknown.stderr, "did you mean 'quick'?");
    await addRun(folder, 3);
    const nowhere = join(folder, "NONE.md");
    const lost = await runScript("report.ts", STUDY, "--results", folder, "--readme", nowhere);
    assertEquals([lost.code, lost.stdout], [1, ""]);
    assertStringIncludes(lost.stderr, "there is no such file: make it, or give another");
    const memory = await runScript("report.ts", "memory/sizes", "--results", folder);
    assertStringIncludes(memory.stderr, "deno task memory --study sizes --output results makes");
    const idle = await runScript("report.ts", "memory/sizes", "--readme", "README.md");
    assertStringIncludes(idle.stderr, "Leave out --readme: studies of memory have none");
    const bare = await runScript("report.ts", "--check");
    assertEquals(bare.code, 1);
    assertStringIncludes(bare.stderr, "--check needs --readme");
  });
});
