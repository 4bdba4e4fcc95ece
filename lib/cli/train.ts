/**
 * `deno task train brown`: trains the model that the project ships from nothing.
 *
 * @module
 */
import { join } from "node:path";
import { Option } from "commander";
import {
  engine,
  JsonLines,
  loadModel,
  modelCard,
  type ModelCardFacts,
  openText,
  perplexity,
  pipe,
  pretrain,
  type PretrainingRecipe,
  ProgressLine,
  saveModel,
  type TrainEvent,
} from "../../mod.ts";
import { BROWN_4M } from "../../experiments/brown_4m.ts";
import { newCommand, positiveInteger, runCommand, writeLine } from "./command.ts";
import { interruptible } from "./interruptible.ts";
import { ProgressBar } from "./progress_bar.ts";

interface TrainCommandOptions {
  readonly output: string;
  readonly steps?: number;
  readonly seed?: number;
  readonly checkpointEvery: number;
  readonly backend: engine.BackendName | "auto";
  readonly threads?: number;
}

async function trainBrown(options: TrainCommandOptions): Promise<number> {
  const { output, steps, seed, backend, threads } = options;
  const recipe = {
    ...BROWN_4M,
    ...(steps === undefined ? {} : { steps }),
    ...(seed === undefined ? {} : { seed }),
  };
  const machine = await startEngine({ backend, ...(threads === undefined ? {} : { threads }) });
  using stop = interruptible("stopping after this step, with a checkpoint; again to stop at once");
  using run = await pretrain(recipe, {
    checkpoints: join(output, "checkpoints"),
    checkpointEvery: options.checkpointEvery,
    signal: stop.signal,
  });
  const curve = new JsonLines(join(output, "curve.jsonl"));
  let end: TrainEvent | undefined;
  for await (const event of pipe(run.events, curve, new ProgressLine())) end = event;
  if (end?.kind !== "end" || end.status !== "done") {
    await writeLine(Deno.stderr, end?.kind === "end" ? end.message ?? "" : "The run has no end");
    return end?.kind === "end" && end.status === "stopped" ? stop.exitCode : 1;
  }
  await ship(recipe, { run, output, machine });
  return 0;
}

interface Shipment {
  readonly run: Awaited<ReturnType<typeof pretrain>>;
  readonly output: string;
  readonly machine: string;
}

/** Saves the model in float16 with tokenizer and card, measured as it was saved. */
async function ship(recipe: PretrainingRecipe, { run, output, machine }: Shipment): Promise<void> {
  const folder = join(output, "model");
  await saveModel(folder, run.model, { dtype: "F16" });
  for (const file of ["tokenizer.json", "tokenizer_config.json"]) {
    await Deno.copyFile(join(recipe.tokenizer, file), join(folder, file));
  }
  using saved = await loadModel(folder);
  using bar = new ProgressBar();
  const measure = async (split: "validation" | "test") =>
    await perplexity(saved, await openText(recipe.corpus, { split }), {
      seq: recipe.seq,
      onProgress: (progress) => bar.update({ ...progress, phase: split }),
    });
  const facts = {
    command: ["deno", "task", "train", "brown", ...Deno.args.slice(1)].join(" "),
    parameters: run.model.trainables.reduce((sum, { variable }) => sum + variable.size, 0),
    trainingTokens: run.trainingTokens,
    hours: await stepHours(join(output, "curve.jsonl"), recipe.steps),
    machine,
    ...await baselineOf(recipe),
    validation: await measure("validation"),
    test: await measure("test"),
  };
  const card = modelCard(recipe, facts);
  await Deno.writeTextFile(join(folder, "README.md"), card);
  await writeLine(Deno.stdout, `${card}\n${folder}`);
}

interface NgramResult {
  readonly order: number;
  readonly trained: string;
  readonly scored: string;
  readonly perplexity: Record<"validation" | "test", Record<string, number>>;
}

/** The 5-gram model that was measured on the recipe's tokens and blocks, if there is one. */
async function baselineOf(
  { tokenizer, seq }: PretrainingRecipe,
): Promise<{ baseline?: ModelCardFacts["baseline"] & object }> {
  const path = join(tokenizer, "ngram_baseline.json");
  const text = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (text === undefined) return {};
  const { results } = JSON.parse(text) as { results: NgramResult[] };
  const found = results.find(({ order, trained, scored }) =>
    order === 5 && trained === "text" && scored === "text"
  );
  const key = `blocks of ${seq}`;
  const [validation, test] = [found?.perplexity.validation[key], found?.perplexity.test[key]];
  if (validation === undefined || test === undefined) return {};
  return { baseline: { name: "5-gram model, modified Kneser-Ney", validation, test } };
}

/** The time of the steps in a curve, which a resumed run continues; nothing where steps are missing. */
async function stepHours(path: string, steps: number): Promise<number | undefined> {
  const seconds = (await Deno.readTextFile(path)).trimEnd().split("\n")
    .map((line) => JSON.parse(line) as TrainEvent)
    .flatMap((event) => event.kind === "step" ? [event.seconds] : []);
  if (seconds.length < steps) return undefined;
  return seconds.reduce((sum, value) => sum + value, 0) / 3600;
}

async function startEngine(options: engine.StartOptions): Promise<string> {
  using bar = new ProgressBar();
  const status = await engine.start({
    ...options,
    onProgress: (progress) => bar.update(progress),
  });
  return `${status.backend.value}, ${status.threads?.value ?? "all"} threads`;
}

if (import.meta.main) {
  let code = 0;
  const command = newCommand("train", "Trains models from nothing.");
  command.command("brown")
    .description("The model that the project ships: 3.8 million parameters, on the Brown corpus.")
    .option("--output <folder>", "checkpoints, curve and model go here", "results/brown-4m")
    .option("--steps <count>", "optimizer steps; the schedule is stretched", positiveInteger)
    .option("--seed <integer>", "another seed: other weights and order", positiveInteger)
    .option("--checkpoint-every <steps>", "steps between checkpoints", positiveInteger, 500)
    .addOption(
      new Option("--backend <name>", "the backend to start").choices(["auto", ...engine.BACKENDS])
        .default("auto"),
    )
    .option("--threads <count>", "threads that one op may use (default: all)", positiveInteger)
    .action(async (options: TrainCommandOptions) => {
      code = await trainBrown(options);
    });
  const failed = await runCommand(command, Deno.args);
  Deno.exit(failed || code);
}
