import { fileSize } from "../io/file_size.ts";
import { CORPUS_NAMES, openText } from "../data/open_text.ts";
import { readText } from "../data/text_source.ts";
import { openScoredText, type TokenizedModel } from "../eval/scored_text.ts";
import { checkShapes } from "../model/check_shapes.ts";
import { isFetched, locateModel } from "../model/locate_model.ts";
import { openModelFolder, openModelGguf } from "../model/weight_source.ts";
import { packedText } from "../train/training_data.ts";
import type { RunSpec } from "./run_spec.ts";
import type { PlannedRun } from "./study.ts";

/** A text of this size has more tokens than any row, so only shorter ones are cut as a run does it. */
const SHORT_BYTES = 1 << 20;

/**
 * Checks that the models and texts of runs are there and can be used, before the first run: headers,
 * tokenizers, and whether a text has the tokens of a row. What must be fetched shows in its run.
 *
 * @throws {Error} If one is not; the message names it, says why, and how many runs need it.
 */
export async function requireSources(runs: readonly PlannedRun[]): Promise<void> {
  const models = new Map<string, TokenizedModel | undefined>();
  for (const model of new Set(runs.map(({ spec }) => spec.model))) {
    const users = runs.filter(({ spec }) => spec.model === model).length;
    const what = { what: `the model ${JSON.stringify(model)}`, users, all: runs.length };
    models.set(model, await usable(() => openLocal(model), what));
  }
  const checks = new Map<string, TextCheck & { users: number }>();
  for (const { spec } of runs) {
    for (const check of textChecks(spec)) {
      const key = JSON.stringify(check);
      const users = (checks.get(key)?.users ?? 0) + 1;
      checks.set(key, { ...check, users });
    }
  }
  for (const { users, ...check } of checks.values()) {
    const what = { what: `the text ${JSON.stringify(check.corpus)}`, users, all: runs.length };
    await usable(() => requireText(check, models.get(check.model)), what);
  }
}

interface TextCheck {
  readonly model: string;
  readonly corpus: string;
  readonly split: "train" | "validation" | "test";
  readonly seq: number;
  /** Of a text that is scored. */
  readonly scored?: Pick<RunSpec["evaluation"], "stride" | "bos">;
}

function textChecks({ model, training, evaluation }: RunSpec): TextCheck[] {
  const { corpus, seq, stride, bos, blocks, validationBlocks } = evaluation;
  const scored = { model, corpus, seq, scored: { stride, bos } };
  return [
    ...training
      ? [{ model, corpus: training.corpus, split: "train", seq: training.seq } as const]
      : [],
    ...validationBlocks === 0 ? [] : [{ ...scored, split: "validation" } as const],
    ...blocks === 0 ? [] : [{ ...scored, split: "test" } as const],
  ];
}

async function openLocal(source: string): Promise<TokenizedModel | undefined> {
  if (await isFetched(source)) return undefined;
  const { kind, path } = await locateModel(source);
  await using weights = await (kind === "gguf" ? openModelGguf(path) : openModelFolder(path));
  checkShapes(weights.shapes, weights);
  return { config: weights.config, tokenizer: await weights.tokenizer() };
}

async function requireText(
  { corpus, split, seq, scored }: TextCheck,
  model: TokenizedModel | undefined,
): Promise<void> {
  // Known corpora come with the project or are fetched.
  if (CORPUS_NAMES.some((name) => name === corpus)) return;
  const source = await openText(corpus, { split });
  if ((await fileSize(corpus) ?? 0) > SHORT_BYTES) return;
  if (!model) await readText(source);
  else if (scored) await openScoredText(model, source, { seq, ...scored });
  else packedText(model.tokenizer.encode(await readText(source)), { name: source.name, seq });
}

async function usable<T>(
  check: () => Promise<T>,
  { what, users, all }: { readonly what: string; readonly users: number; readonly all: number },
): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot use ${what}, which ${users} of ${all} runs need; nothing was begun: ${why}`,
      { cause },
    );
  }
}
