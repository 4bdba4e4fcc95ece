import {
  assert,
  assertEquals,
  assertLessOrEqual,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { engine, tf } from "../../mod.ts";
import type { TrainEvent } from "../../lib/train/events.ts";
import type { TrainOptions } from "../../lib/train/run_options.ts";
import { train } from "../../lib/train/train.ts";
import { tempFolder } from "../io/helpers.ts";
import { bitsOf, TINY_OPTIMIZER, tinyData, tinyTrainee } from "./tiny_trainee.ts";

await engine.start({ backend: "wasm" });

function options(more: Partial<TrainOptions> = {}): TrainOptions {
  return {
    model: tinyTrainee(),
    data: tinyData(),
    steps: 8,
    batch: 4,
    optimizer: TINY_OPTIMIZER,
    seed: 3,
    ...more,
  };
}

async function collect(run: TrainOptions): Promise<TrainEvent[]> {
  return await Array.fromAsync(train(run));
}

function kinds(events: readonly TrainEvent[]): string[] {
  return events.map((event) => `${event.kind} ${event.step}`);
}

function losses(events: readonly TrainEvent[]): number[] {
  return events.flatMap((event) => event.kind === "step" ? [event.loss] : []);
}

Deno.test("train() tells of each step, evaluation and checkpoint in order", async () => {
  await using folder = await tempFolder();
  const events = await collect(options({
    steps: 4,
    checkpoints: { folder: folder.path, every: 2 },
    evaluation: { every: 3, measure: () => Promise.resolve({ loss: 1 }) },
  }));
  assertEquals(kinds(events), [
    "start 0",
    "step 1",
    "checkpoint 1",
    "step 2",
    "checkpoint 2",
    "step 3",
    "evaluation 3",
    "step 4",
    "evaluation 4",
    "checkpoint 4",
    "end 4",
  ]);
});

Deno.test("train() learns what can be learned", async () => {
  const run = losses(await collect(options({ steps: 60 })));
  assertLessOrEqual(run.at(-1)!, 0.75 * run[0]!);
});

Deno.test("train() gives the same bits for the same seed and others for another", async () => {
  const bits = async (seed: number) => {
    const run = options({ seed, dropout: 0.1 });
    await collect(run);
    return bitsOf(run.model as ReturnType<typeof tinyTrainee>);
  };
  const first = await bits(3);
  assertEquals(await bits(3), first);
  assertNotEquals(await bits(4), first);
});

Deno.test("train() accumulates micro-batches to the step of the whole batch", async () => {
  const whole = losses(await collect(options({ batch: 6 })));
  const parts = losses(await collect(options({ batch: 2, accumulation: 3 })));
  whole.forEach((loss, i) => assertLessOrEqual(Math.abs(loss - parts[i]!), 1e-5 * loss));
});

Deno.test("train() with whole-block recomputation takes the same steps", async () => {
  const kept = losses(await collect(options()));
  const again = losses(await collect(options({ recompute: "block" })));
  kept.forEach((loss, i) => assertLessOrEqual(Math.abs(loss - again[i]!), 1e-5 * loss));
});

Deno.test("train() that is stopped goes on where it was and ends with the same bits", async () => {
  const straight = options({ dropout: 0.1 });
  const expected = losses(await collect(straight));
  await using folder = await tempFolder();
  const checkpoints = { folder: folder.path, every: 100 };
  const stop = new AbortController();
  const first: TrainEvent[] = [];
  for await (const event of train(options({ dropout: 0.1, checkpoints, signal: stop.signal }))) {
    first.push(event);
    if (event.kind === "step" && event.step === 3) stop.abort();
  }
  assertEquals(kinds(first).slice(-3), ["step 3", "checkpoint 3", "end 3"]);
  const end = first.at(-1);
  assert(end?.kind === "end" && end.status === "stopped");
  const resumed = options({ dropout: 0.1, checkpoints });
  const second = await collect(resumed);
  assertEquals(kinds(second)[0], "start 3");
  assertEquals([...losses(first), ...losses(second)], expected);
  assertEquals(
    bitsOf(resumed.model as ReturnType<typeof tinyTrainee>),
    bitsOf(straight.model as ReturnType<typeof tinyTrainee>),
  );
});

Deno.test("train() of a run that is done has nothing to do", async () => {
  await using folder = await tempFolder();
  const checkpoints = { folder: folder.path, every: 100 };
  await collect(options({ checkpoints }));
  assertEquals(kinds(await collect(options({ checkpoints }))), ["start 8", "end 8"]);
});

Deno.test("train() ends as diverged before a step that is not finite spoils the parameters", async () => {
  const model = tinyTrainee();
  const [embedding] = model.trainables;
  const events: TrainEvent[] = [];
  let before: number[] = [];
  for await (const event of train(options({ model }))) {
    events.push(event);
    if (event.kind !== "step" || event.step !== 2) continue;
    const variable = embedding!.variable;
    const poison = variable.dataSync().slice();
    poison[(tinyData().at({ index: 2, batch: 4, seed: 3 }).tokensBT[0]!) * 16] = NaN;
    variable.assign(tf.tensor(poison, variable.shape));
    before = bitsOf(model);
  }
  assertEquals(kinds(events), ["start 0", "step 1", "step 2", "end 2"]);
  const end = events.at(-1);
  assert(end?.kind === "end" && end.status === "diverged");
  assert(end.message?.startsWith("The run diverged at step 3: the loss is NaN"), end.message);
  assertEquals(bitsOf(model), before);
});

Deno.test("train() goes on where a checkpoint cannot be written, and says so", async () => {
  await using folder = await tempFolder();
  const events: TrainEvent[] = [];
  const checkpoints = { folder: `${folder.path}/run`, every: 2 };
  for await (const event of train(options({ steps: 3, checkpoints }))) {
    events.push(event);
    if (event.kind !== "checkpoint" || event.step !== 1) continue;
    await Deno.rename(`${folder.path}/run`, `${folder.path}/gone`);
  }
  assertEquals(kinds(events).slice(-4), [
    "checkpoint-failed 2",
    "step 3",
    "checkpoint-failed 3",
    "end 3",
  ]);
});

Deno.test("train() frees what it made", async () => {
  const run = options({ accumulation: 2 });
  const before = tf.memory().numTensors;
  await collect(run);
  assertEquals(tf.memory().numTensors, before);
});

const refusals: [string, Partial<TrainOptions>, string][] = [
  [
    "zero steps",
    { steps: 0 },
    "Cannot train: 'steps' must be a positive integer: current value is 0",
  ],
  [
    "a learning rate that is not finite",
    { optimizer: { groups: { weight: { learningRate: NaN }, gain: { learningRate: 1 } } } },
    "Cannot train: 'groups.weight.learningRate' must be a finite number from 0: current value is NaN",
  ],
  [
    "a role without a group",
    { optimizer: { groups: { weight: { learningRate: 1 } } } },
    "The model trains tensors of role 'gain', and 'groups.gain' is missing",
  ],
  [
    "data smaller than a batch",
    { batch: 200 },
    'Cannot train on "pattern": it has 125 rows of 16 tokens and a step takes 200',
  ],
  [
    "rows longer than the model's limit",
    { data: tinyData(40) },
    "Cannot train on rows of 40 tokens: the model's limit is 32",
  ],
  [
    "tokens that the model does not know",
    { model: tinyTrainee({ vocabSize: 50 }) },
    "and the model knows 50 tokens",
  ],
  [
    "a batch that cannot fit the machine",
    {
      model: tinyTrainee({ hiddenSize: 2 ** 9, intermediateSize: 2 ** 9, layers: 1 }),
      data: huge(),
    },
    "GiB of activations",
  ],
];

function huge() {
  const data = tinyData();
  return { ...data, rows: 2 ** 40, seq: 32, at: data.at };
}

for (const [what, more, message] of refusals) {
  Deno.test(`train() refuses ${what} before the first step`, async () => {
    const batch = what.startsWith("a batch") ? { batch: 2 ** 32 } : {};
    await assertRejects(() => collect(options({ ...more, ...batch })), RangeError, message);
  });
}

Deno.test("train() refuses to resume with another configuration and names the field", async () => {
  await using folder = await tempFolder();
  const checkpoints = { folder: folder.path, every: 100 };
  await collect(options({ checkpoints }));
  await assertRejects(
    () => collect(options({ checkpoints, batch: 2 })),
    RangeError,
    "'batch' is 4 in the checkpoint and 2 now",
  );
});

Deno.test("train() refuses the checkpoint of another model", async () => {
  await using folder = await tempFolder();
  const checkpoints = { folder: folder.path, every: 100 };
  await collect(options({ checkpoints }));
  await assertRejects(
    () => collect(options({ checkpoints, model: tinyTrainee({ intermediateSize: 32 }) })),
    RangeError,
    "intermediateSize",
  );
});

Deno.test("train() goes on from the checkpoint before a damaged one, and says so", async () => {
  await using folder = await tempFolder();
  const checkpoints = { folder: folder.path, every: 4 };
  await collect(options({ checkpoints }));
  const file = `${folder.path}/step-00000008/state.safetensors`;
  await Deno.truncate(file, (await Deno.stat(file)).size - 1);
  const [start] = await collect(options({ checkpoints }));
  assert(start?.kind === "start");
  assertEquals(start.step, 4);
  assert(start.notices[0]?.includes("step-00000004 is used instead"), start.notices[0]);
});
