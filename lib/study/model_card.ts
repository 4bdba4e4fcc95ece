import type { PerplexityResult } from "../eval/perplexity.ts";
import type { PretrainingRecipe } from "./pretrain.ts";

/** What a model card tells besides the recipe. */
export interface ModelCardFacts {
  /** The command that made the model. */
  readonly command: string;
  /** The number of parameters. */
  readonly parameters: number;
  /** The tokens of the training split. */
  readonly trainingTokens: number;
  /** The time of all steps, hours, where each was recorded. */
  readonly hours: number | undefined;
  /** The machine and the library, in words. */
  readonly machine: string;
  /** What a simpler model comes to on the same tokens and blocks, if that was measured. */
  readonly baseline?: ModelCardBaseline;
  /** The saved model on the validation and test splits. */
  readonly validation: PerplexityResult;
  readonly test: PerplexityResult;
}

/** A simpler model to compare with. */
export interface ModelCardBaseline {
  /** What it is, such as `5-gram, modified Kneser-Ney`. */
  readonly name: string;
  /** Its perplexities. */
  readonly validation: number;
  readonly test: number;
}

/** Writes the model card of a pre-trained model, Markdown. */
export function modelCard(recipe: PretrainingRecipe, facts: ModelCardFacts): string {
  const { config, seq, batch, steps } = recipe;
  const epochs = steps * batch * Math.floor(seq) / facts.trainingTokens;
  const rows: [string, string][] = [
    [
      "model",
      `LLaMA, ${facts.parameters} parameters, ${config.layers} blocks, width ${config.hiddenSize}, ` +
      `feed-forward ${config.intermediateSize}, ${config.heads} heads (${config.keyValueHeads} of keys ` +
      `and values), ${config.tieWordEmbeddings ? "tied" : "untied"} embeddings`,
    ],
    [
      "data",
      `${recipe.corpus}, training split, ${facts.trainingTokens} tokens, documents joined by a blank line`,
    ],
    [
      "training",
      `${steps} steps of ${batch} x ${seq} tokens (${epochs.toFixed(1)} epochs), float32, AdamW, ` +
      `learning rate ${recipe.learningRate}, ${recipe.schedule.kind} decay after a warm-up of ` +
      `${
        100 * recipe.schedule.warmup
      } %, weight decay ${recipe.weightDecay}, dropout ${recipe.dropout}, ` +
      `seed ${recipe.seed}`,
    ],
    ["weights", "float16"],
    ["command", `\`${facts.command}\``],
    ["time", `${hoursText(facts.hours)}; ${facts.machine}`],
    ["validation perplexity", scored(facts.validation)],
    ["test perplexity", scored(facts.test)],
    ...baselineRows(facts.baseline),
  ];
  const table = rows.map(([what, value]) => `| ${what} | ${value} |`).join("\n");
  return `# ${recipe.name}\n\n| | |\n| --- | --- |\n${table}\n`;
}

function baselineRows(baseline: ModelCardBaseline | undefined): [string, string][] {
  if (!baseline) return [];
  const { name, validation, test } = baseline;
  return [[
    name,
    `validation ${validation.toFixed(2)}, test ${test.toFixed(2)}, same tokens and blocks`,
  ]];
}

function hoursText(hours: number | undefined): string {
  return hours === undefined ? "not recorded for all steps" : `${hours.toFixed(2)} h of steps`;
}

function scored({ perplexity, meanLoss, tokens, protocol }: PerplexityResult): string {
  return `${perplexity.toFixed(2)} (${
    meanLoss.toFixed(4)
  } nats a token, ${tokens} tokens, blocks of ` +
    `${protocol.seq})`;
}
