import { isMissing } from "../../io/system_error.ts";

/** The file of a checkpoint that holds its tensors. */
export const STATE_FILE = "state.safetensors";

/** The file of a checkpoint that is written last and says what the other must be. */
export const MANIFEST_FILE = "checkpoint.json";

/** A folder that has the name of a checkpoint; whether it is a whole one is another question. */
export interface CheckpointName {
  /** The name, such as `step-00000030`. */
  readonly name: string;
  readonly step: number;
  /** 1, or more if the step was saved again while an older folder of it lay there. */
  readonly attempt: number;
}

/** What lies in a folder of checkpoints. */
export interface CheckpointNames {
  /** From the newest to the oldest. */
  readonly checkpoints: readonly CheckpointName[];
  /** The folders of saves that did not end. */
  readonly unfinished: readonly string[];
  /** The folders of removals that did not end. */
  readonly removed: readonly string[];
}

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const CHECKPOINT = /^step-(\d{8,16})(?:\.([1-9]\d{0,8}))?$/;
const UNFINISHED = new RegExp(`^\\.step-\\d{8,16}\\.${UUID}\\.tmp$`);
const REMOVED = new RegExp(`^\\.step-\\d{8,16}\\.${UUID}\\.old$`);

/** Returns the name of a checkpoint. */
export function checkpointName(step: number, attempt = 1): string {
  const name = `step-${String(step).padStart(8, "0")}`;
  return attempt === 1 ? name : `${name}.${attempt}`;
}

/** Returns a new name for a folder that is being written (`tmp`) or removed (`old`). */
export function hiddenName(step: number, suffix: "tmp" | "old"): string {
  return `.${checkpointName(step)}.${crypto.randomUUID()}.${suffix}`;
}

/** Reads a checkpoint's name; `undefined` if it is not one. */
export function parseCheckpointName(name: string): CheckpointName | undefined {
  const [, digits, again] = CHECKPOINT.exec(name) ?? [];
  const step = Number(digits);
  const attempt = Number(again ?? 1);
  // Made again and compared, so that no two names stand for one checkpoint.
  if (!Number.isSafeInteger(step) || checkpointName(step, attempt) !== name) return undefined;
  return { name, step, attempt };
}

/** Below 0 if `a` is newer than `b`. */
export function compareNewest(a: CheckpointName, b: CheckpointName): number {
  return b.step - a.step || b.attempt - a.attempt;
}

/**
 * Lists a folder of checkpoints by names alone; a folder that is not there has none.
 *
 * @throws One of `Deno.errors` if the folder cannot be read.
 */
export async function listCheckpointNames(folder: string): Promise<CheckpointNames> {
  const checkpoints: CheckpointName[] = [];
  const unfinished: string[] = [];
  const removed: string[] = [];
  for (const { name, isDirectory } of await entries(folder)) {
    const checkpoint = parseCheckpointName(name);
    if (checkpoint !== undefined) checkpoints.push(checkpoint);
    else if (isDirectory && UNFINISHED.test(name)) unfinished.push(name);
    else if (isDirectory && REMOVED.test(name)) removed.push(name);
  }
  checkpoints.sort(compareNewest);
  return { checkpoints, unfinished: unfinished.sort(), removed: removed.sort() };
}

async function entries(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
