import { assert, assertEquals, assertGreaterOrEqual, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { readResults, type RunRow, sweep } from "../../mod.ts";
import { seededIntegers } from "../io/helpers.ts";
import {
  collect,
  folderWithText,
  killedSweep,
  lasting,
  lastingResults,
  straightResults,
} from "./sweep_helpers.ts";
import { tinyRuns, tinySweep } from "./sweep_process.ts";

const KILLS = 10;

Deno.test("sweep() does every run once, merges exactly, and has nothing to do the second time", async () => {
  await using folder = await folderWithText();
  const events = await collect(folder.path);
  const rows = events.flatMap((event) => event.kind === "result" ? [event.row] : []);
  assertEquals(rows.flatMap(({ error }) => error ?? []), []);
  assertEquals(rows.map(({ status }) => status), ["done", "done", "done", "done"]);
  assertEquals(rows.map(({ merge_exact }) => merge_exact), [true, true, true, true]);
  // Runs that share what is compiled follow each other.
  assertEquals(rows.map(({ method, bits }) => `${method} ${bits}`), [
    "rtn 3",
    "lr-qat 3",
    "lr-qat 4",
    "peqa 3",
  ]);
  const bytes = rows.map(({ linear_bytes }) => linear_bytes ?? 0);
  assert(bytes[2]! > bytes[1]!, "four bits take more than three");
  const { layers } = await readResults(`${folder.path}/results`);
  assert(layers.every(({ weight_error }) => weight_error !== null && weight_error > 0));
  const before = await lastingResults(folder.path);
  const [plan, ...rest] = await collect(folder.path);
  assert(plan?.kind === "plan");
  assertEquals([plan.done, plan.lost, plan.toRun], [4, [], 0]);
  assertEquals(rest.map(({ kind }) => kind), ["end"]);
  assertEquals(await lastingResults(folder.path), before);
  // As a checkout has it: the combined files alone.
  await Deno.remove(`${folder.path}/results/runs`, { recursive: true });
  const [adopted, ...others] = await collect(folder.path, { adopt: true });
  assert(adopted?.kind === "plan");
  assertEquals([adopted.done, adopted.toRun, adopted.elsewhere], [4, 0, 0]);
  assertEquals(others.map(({ kind }) => kind), ["end"]);
  assertEquals(await lastingResults(folder.path), before);
});

Deno.test("sweep() records a run that fails with its reason, and goes on", async () => {
  await using folder = await folderWithText();
  const [rtn, lrQat] = tinyRuns(folder.path);
  const wide = { ...lrQat!, id: "0".repeat(64) };
  const settings = { ...wide.spec.settings, rank: 1000 };
  const runs = [{ ...wide, spec: { ...wide.spec, settings } }, rtn!];
  const events = await collect(folder.path, { runs });
  const rows = events.flatMap((event) => event.kind === "result" ? [event.row] : []);
  assertEquals(rows.map(({ status }) => status), ["failed", "done"]);
  assert(rows[0]?.error?.includes("'rank' must be at most"), rows[0]?.error ?? "");
});

Deno.test("sweep() tries a run that failed again where it is asked to, and says else what is not done", async () => {
  await using folder = await folderWithText();
  const [rtn, lrQat] = tinyRuns(folder.path);
  const settings = { ...lrQat!.spec.settings, rank: 1000 };
  const runs = [rtn!, { ...lrQat!, spec: { ...lrQat!.spec, settings } }];
  await collect(folder.path, { runs });
  const again = await collect(folder.path, { runs });
  assertEquals(again.map(({ kind }) => kind), ["plan", "end"]);
  const [plan] = again;
  assert(plan?.kind === "plan");
  assertEquals([plan.done, plan.toRun], [1, 0]);
  assertEquals(plan.lost.map(({ run_id, status }) => [run_id, status]), [[lrQat!.id, "failed"]]);
  assert(plan.lost[0]?.error?.includes("'rank' must be at most"));
  const mended = [rtn!, lrQat!];
  const other = await collect(folder.path, { runs: mended, retry: ["oom"] });
  assertEquals(other.map(({ kind }) => kind), ["plan", "end"]);
  const retried = await collect(folder.path, { runs: mended, retry: ["failed"] });
  const rows = retried.flatMap((event) => event.kind === "result" ? [event.row] : []);
  assertEquals(rows.map(({ run_id, status }) => [run_id, status]), [[lrQat!.id, "done"]]);
});

Deno.test("sweep() refuses before the first run what cannot be used, and says how many runs need it", async () => {
  await using folder = await folderWithText();
  await Deno.writeTextFile(`${folder.path}/short.txt`, "once");
  const [rtn, lrQat] = tinyRuns(folder.path);
  const changed = (spec: object) => [{ ...lrQat!, spec: { ...lrQat!.spec, ...spec } }, rtn!];
  const training = (corpus: string) => ({ training: { ...lrQat!.spec.training, corpus } });
  for (
    const [runs, expected] of [
      [changed({ model: "./gone.gguf" }), 'Cannot use the model "./gone.gguf", which 1 of 2 runs'],
      [changed({ model: folder.path }), 'has no "config.json"'],
      [changed(training("./gone.txt")), "it is neither a corpus nor a file"],
      [changed(training(`${folder.path}/short.txt`)), "which 1 of 2 runs need; nothing was begun"],
    ] as const
  ) {
    const error = await assertRejects(() => collect(folder.path, { runs }), Error);
    assert(error.message.includes(expected), error.message);
  }
  const [plan] = await collect(folder.path, { runs: [rtn!] });
  assert(plan?.kind === "plan");
  assertEquals([plan.done, plan.toRun], [0, 1]);
});

Deno.test("sweep() writes down which files a run read, with their hashes", async () => {
  await using folder = await folderWithText();
  const [rtn, lrQat] = tinyRuns(folder.path);
  await collect(folder.path, { runs: [rtn!, lrQat!] });
  const { manifests } = await readResults(`${folder.path}/results`);
  const { model } = rtn!.spec;
  const paths = [
    ...["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"]
      .map((name) => `${model}/${name}`),
    `${folder.path}/text.txt`,
  ];
  const expected = await Promise.all(paths.map(async (name) => {
    const sha256 = createHash("sha256").update(await Deno.readFile(name)).digest("hex");
    return { name, revision: null, sha256 };
  }));
  for (const { id } of [rtn!, lrQat!]) assertEquals(manifests.get(id)?.inputs, expected);
});

// The run of 4 bits is the second one in what was compiled for that of 3.
for (const bits of [3, 4]) {
  Deno.test(`sweep() that is stopped in the run of ${bits} bits takes it up and ends with the same rows`, async () => {
    await using folder = await folderWithText();
    const stop = new AbortController();
    let current = 0;
    for await (const event of sweep({ ...await tinySweep(folder.path), signal: stop.signal })) {
      if (event.kind === "run") current = event.planned.spec.settings.bits ?? 0;
      if (event.kind === "train" && event.event.kind === "step" && event.event.step === 4) {
        if (current === bits) stop.abort();
      }
      if (event.kind === "result" && event.row.status !== "done") {
        assertEquals([event.row.status, event.row.bits], ["stopped", bits]);
      }
    }
    await collect(folder.path);
    assertEquals(await lastingResults(folder.path), await straightResults());
  });
}

Deno.test("sweep() that is stopped while a model is scored says so, and the next one scores it again", async () => {
  await using folder = await folderWithText();
  const [, lrQat] = tinyRuns(folder.path);
  const [runs, stop] = [[lrQat!], new AbortController()];
  const scored: string[] = [];
  const stopped: RunRow[] = [];
  const options = { ...await tinySweep(folder.path), runs, signal: stop.signal };
  for await (const event of sweep(options)) {
    if (event.kind === "score") {
      const { weights, split, done, total } = event.event;
      scored.push(`${weights} ${split} ${done} of ${total}`);
      if (weights === "merged") stop.abort();
    }
    if (event.kind === "result") stopped.push(event.row);
  }
  const told = "The run was stopped while it was scored: start it again to go on";
  const ends = stopped.map(({ status, error, test_loss }) => ({ status, error, test_loss }));
  assertEquals(ends, [{ status: "stopped", error: told, test_loss: null }]);
  const trained = [1, 2, 3, 4].map((block) => `trained test ${block} of 4`);
  assertEquals(scored, [...trained, "merged test 1 of 4"]);
  await collect(folder.path, { runs });
  const after = await lastingResults(folder.path);
  await Deno.remove(`${folder.path}/results`, { recursive: true });
  await collect(folder.path, { runs });
  assertEquals(after, await lastingResults(folder.path));
});

Deno.test("sweep() takes up a run that was killed between its last step and its result", async () => {
  await using folder = await folderWithText();
  const [, lrQat] = tinyRuns(folder.path);
  const options = { ...await tinySweep(folder.path), runs: [lrQat!] };
  const expected: RunRow[] = [];
  for await (const event of sweep(options)) {
    if (event.kind === "train" && event.event.kind === "checkpoint" && event.event.step === 6) {
      await copyFolder(`${folder.path}/results/running`, `${folder.path}/kept`);
    }
    if (event.kind === "result") expected.push(event.row);
  }
  await Deno.remove(`${folder.path}/results`, { recursive: true });
  await copyFolder(`${folder.path}/kept`, `${folder.path}/results/running`);
  const events = await collect(folder.path, { runs: [lrQat!] });
  const rows = events.flatMap((event) => event.kind === "result" ? [event.row] : []);
  assertEquals(rows.map(lasting), expected.map(lasting));
  // All its steps were done before, and took what they took.
  const took = ({ train_seconds, peak_resident_bytes }: RunRow) => ({
    train_seconds,
    peak_resident_bytes,
  });
  assertEquals(rows.map(took), expected.map(took));
});

Deno.test("sweep() removes what killed sweeps left of runs that are done, and begins afresh where it is told to", async () => {
  await using folder = await folderWithText();
  const [rtn, lrQat] = tinyRuns(folder.path);
  await collect(folder.path, { runs: [rtn!] });
  const left = [rtn!, lrQat!].map(({ id }) => `${folder.path}/results/running/${id}`);
  for (const path of left) {
    await Deno.mkdir(path, { recursive: true });
    await Deno.writeTextFile(`${path}/curve.jsonl`, "");
  }
  const running = async () =>
    (await Array.fromAsync(Deno.readDir(`${folder.path}/results/running`))).map(({ name }) => name);
  await collect(folder.path, { runs: [rtn!] });
  assertEquals(await running(), [lrQat!.id]);
  const aborted = { runs: [lrQat!], fresh: true, signal: AbortSignal.abort() };
  assertEquals((await collect(folder.path, aborted)).map(({ kind }) => kind), ["plan", "end"]);
  assertEquals(await running(), [lrQat!.id]);
  // Were it taken up, the run would fail.
  await Deno.writeTextFile(`${left[1]}/curve.jsonl`, "not ours\n");
  const events = await collect(folder.path, { runs: [lrQat!], fresh: true });
  const rows = events.flatMap((event) => event.kind === "result" ? [event.row] : []);
  assertEquals(rows.map(({ status }) => status), ["done"]);
  assertEquals(await running(), []);
});

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

Deno.test(`sweep() killed at ${KILLS} random moments ends with the rows of one never killed`, async () => {
  await using folder = await folderWithText();
  const random = seededIntegers(5);
  let met = 0;
  for (let i = 0; i < KILLS; i++) met += await killedSweep(folder.path, random(400)) ? 1 : 0;
  assertGreaterOrEqual(met, 2);
  await collect(folder.path);
  assertEquals(await lastingResults(folder.path), await straightResults());
});
