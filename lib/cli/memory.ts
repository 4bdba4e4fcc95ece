/**
 * `deno task memory`: what a training step takes, without weights and without running it; or all steps
 * of a study of memory, with a report.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { MEMORY_STUDIES, memoryStudyNamed } from "../../experiments/mod.ts";
import { engine, memory } from "../../mod.ts";
import { newCommand, positiveInteger, runCommand, writeLine } from "./command.ts";
import { formatOption } from "./format_option.ts";
import { type MemoryCommandOptions, requireFitting, stepOptions } from "./memory_options.ts";
import { type NamedPlanner, runMemoryStudy } from "./memory_study.ts";
import { profileJson, profileTable } from "./memory_table.ts";

/** What plans a step, where a plan is wanted and a plugin can be had. */
async function planner(
  { estimate }: MemoryCommandOptions,
): Promise<NamedPlanner | undefined> {
  if (estimate) return undefined;
  try {
    const name = await engine.withPlanner(({ client }) => client.platformVersion);
    return { name, plan: (setup, signal) => memory.planStep(setup, signal ? { signal } : {}) };
  } catch (error) {
    if (!(error instanceof engine.PluginUnavailableError)) throw error;
    await writeLine(Deno.stderr, `Estimated, not planned: ${error.message}`);
    return undefined;
  }
}

async function run(options: MemoryCommandOptions, command: Command): Promise<void> {
  requireFitting(options, command);
  if (options.study !== undefined) {
    const study = memoryStudyNamed(options.study);
    const named = await planner(options);
    return await runMemoryStudy(study, { ...options, ...(named && { planner: named }) });
  }
  const { model, method } = options;
  if (model === undefined || method === undefined) {
    throw new RangeError("Write --model and --method, or --study and a name");
  }
  const card = options.card === undefined ? undefined : memory.cardNamed(options.card);
  const plan = (await planner(options))?.plan;
  const profile = await memory.memoryProfile({
    ...stepOptions(options),
    model,
    method,
    ...(plan && { plan }),
    ...(options.measure && { measure: memory.measureStep }),
  });
  const batches = card && batchesOf(profile, card);
  if (options.format === "json") {
    const found = { ...profileJson(profile), ...(batches && { largestBatch: batches }) };
    return await writeLine(Deno.stdout, JSON.stringify(found, null, 2));
  }
  await writeLine(Deno.stdout, profileTable(profile));
  if (!batches) return;
  await writeLine(
    Deno.stdout,
    `largest batch on ${batches.card}: ${batches.estimated} (ours, estimated), ` +
      `${batches.paperStack} (as the ${profile.paperStack.stack.name} stack)`,
  );
}

function batchesOf({ setup, paperStack: { stack } }: memory.MemoryProfile, card: memory.Card) {
  const largest = (bytesOf: memory.BytesOf) => memory.largestBatch(setup, { card, bytesOf });
  return {
    card: card.name,
    estimated: largest((step) => memory.estimateMemory(step).totalBytes),
    paperStack: largest((step) => memory.paperStackMemory(step, stack).totalBytes),
  };
}

if (import.meta.main) {
  const studies = MEMORY_STUDIES.map(({ name, about }) => `  ${name.padEnd(18)} ${about}`).join(
    "\n",
  );
  const models = [...memory.MODEL_SHAPES.keys()].join(", ");
  const command = newCommand(
    "memory",
    "Tells what a training step takes, by class, and where it fits.",
  )
    .option("--model <name>", "a built-in name, see below, or the path of a config.json")
    .option("--method <name>", "the method, such as lr-qat")
    .option("--bits <count>", "bits of a code, 2 to 8 (default: 4)", positiveInteger)
    .option("--granularity <text>", "channel, tensor or g128 (default: the method's)")
    .option("--rank <count>", "the rank of the adapter (default: the method's)", positiveInteger)
    .option("--phi <name>", "LR-QAT's downcast: q4.4, q3.5, int4, bf16, fp16, fp32")
    .option("--batch <count>", "sequences of a micro-batch", positiveInteger, 1)
    .option("--seq <tokens>", "tokens of a sequence (default: 1024)", positiveInteger)
    .option("--accumulation <count>", "micro-batches of a step", positiveInteger, 1)
    .addOption(
      new Option("--recompute <what>", "what the backward pass makes again")
        .choices(memory.RECOMPUTES).default("linear"),
    )
    .addOption(
      new Option("--compute <type>", "the type of activations and products of our step")
        .choices(["float32", "bfloat16"]).default("bfloat16"),
    )
    .addOption(
      new Option("--moments <type>", "the type of our step's two moments of AdamW")
        .choices(["float32", "bfloat16"]).default("float32"),
    )
    .option("--stack <name>", "whose stack: lr-qat or l4q (default: the method's paper's)")
    .option("--card <name>", "also tell the largest batch that fits a card, as in 'RTX 4090'")
    .option("--study <name>", "all steps of a study of memory, see below, with a report")
    .option("--output <folder>", "where a study's report and rows go (default: print the report)")
    .option("--fresh", "plan all steps of a study anew, also those that are known", false)
    .option("--estimate", "do not plan: by formulas alone", false)
    .option("--measure", "also run the step, on random weights, and tell what it took", false)
    .addOption(formatOption())
    .addHelpText("after", `\nModels: ${models}\n\nStudies:\n${studies}`)
    .action(run);
  Deno.exit(await runCommand(command, Deno.args));
}
