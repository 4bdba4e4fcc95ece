import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { planLines } from "../../lib/cli/show_sweep.ts";
import { timeLine } from "../../lib/cli/sweep_table.ts";
import { openStore } from "../../lib/results/store.ts";
import { tinyFolder } from "../model/tiny_model.ts";
import { RUN } from "../figures/sample_rows.ts";
import { folderWithText, workersOf } from "../study/sweep_helpers.ts";
import { runScript } from "./run_script.ts";

const script = new URL("../../lib/cli/sweep.ts", import.meta.url).pathname;

/** Two runs of the quick study, on the tiny model; long enough to be stopped. */
function tinyQuick(folder: string, steps: number): string[] {
  const settings = {
    model: tinyFolder("grouped-untied"),
    "settings.rank": 2,
    "training.corpus": `${folder}/text.txt`,
    "training.steps": steps,
    "training.seq": 16,
    "evaluation.corpus": `${folder}/text.txt`,
    "evaluation.seq": 16,
    "evaluation.stride": 16,
    "evaluation.blocks": 2,
  };
  const sets = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const only = ["--only", "lr-qat W3 channel r2", "--seeds", "1,2", "--backend", "wasm"];
  return ["quick", ...only, ...sets, "--output", `${folder}/results`];
}

/** Starts the sweep with two jobs, and waits until both have begun to train. */
async function startJobs(folder: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--allow-all",
      script,
      ...tinyQuick(folder, 100_000),
      "--jobs",
      "2",
    ],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const output = child.output();
  const begun = async () => {
    try {
      const names = await Array.fromAsync(Deno.readDir(`${folder}/results/running`));
      const curves = names.map(({ name }) => `${folder}/results/running/${name}/curve.jsonl`);
      const texts = await Promise.all(curves.map((path) => Deno.readTextFile(path)));
      return texts.filter((text) => text.includes('"step","step":1,')).length === 2;
    } catch {
      return false;
    }
  };
  for (let waited = 0; waited < 600 && !await begun(); waited++) await delay(200);
  return { child, output, workers: await workersOf(child.pid) };
}

async function statuses(folder: string): Promise<string[]> {
  using store = await openStore(`${folder}/results`);
  return store.rows().map(({ status }) => status);
}

Deno.test("sweep --jobs 2 stops both runs at Ctrl-C, keeps them, and exits with code 130", async () => {
  await using folder = await folderWithText();
  const { child, output, workers } = await startJobs(folder.path);
  // A terminal sends it to all.
  for (const pid of [child.pid, ...workers]) Deno.kill(pid, "SIGINT");
  const { code, stderr } = await output;
  const errors = new TextDecoder().decode(stderr);
  assertEquals([workers.length, code], [2, 130], errors);
  assertStringIncludes(errors, "stopping after this step");
  assertStringIncludes(errors, "goes on from here");
  assertEquals(await statuses(folder.path), ["stopped", "stopped"]);
});

Deno.test("sweep --jobs 2 leaves at once at the second Ctrl-C, and leaves no process behind", async () => {
  await using folder = await folderWithText();
  const { child, output, workers } = await startJobs(folder.path);
  child.kill("SIGINT");
  await delay(20);
  // It may be gone already.
  Promise.try(() => child.kill("SIGINT")).catch(() => {});
  assertEquals((await output).code, 130);
  await delay(500);
  for (const pid of workers) assert(!await isAlive(pid), `worker ${pid} is alive`);
  await statuses(folder.path);
});

Deno.test("sweep tells where its time went", () => {
  const times = {
    train_seconds: 60,
    compile_seconds: 10,
    evaluate_seconds: 20,
    prepare_seconds: 5,
  };
  const untrained = { ...RUN, train_seconds: null, compile_seconds: null, evaluate_seconds: 20 };
  assertEquals(
    timeLine([{ ...RUN, ...times }, { ...untrained, prepare_seconds: 5 }], { seconds: 125 }),
    "2 runs in 125 s: steps 48.0 %, compiling 8.0 %, evaluating 32.0 %, preparing 8.0 %, the rest 4.0 %",
  );
});

Deno.test("sweep says what is not done and why, and what does it again", async () => {
  const lost = [
    { ...RUN, status: "failed", error: "no such rank" },
    { ...RUN, status: "failed", error: "no such rank" },
    { ...RUN, status: "oom", error: "12 GiB needed" },
  ] as const;
  const lines = planLines({
    kind: "plan",
    total: 5,
    done: 1,
    lost,
    toRun: 1,
    elsewhere: 1,
    damaged: ["abc"],
    unsaved: 1,
  });
  assertEquals(lines, [
    "1 done, 1 to run, 3 not done",
    "  1 of these have a result from elsewhere: --adopt counts them as done",
    "  1 of those done have no saved model: --fresh does them again and saves it",
    "  2 failed: no such rank",
    "  1 oom: 12 GiB needed",
    "  --retry failed,oom does them again",
    "The files of run abc were damaged: set aside, run again",
  ]);
  const { code, stderr } = await runScript("sweep.ts", "quick", "--retry", "done");
  assertEquals(code, 1);
  assertStringIncludes(stderr, "What to retry must be failed, diverged, oom or all");
});

async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", `${pid}`] })
    .output();
  const state = new TextDecoder().decode(stdout).trim();
  return state !== "" && !state.startsWith("Z");
}
