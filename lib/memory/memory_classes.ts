/**
 * What a byte of a training step can be for, in the order of tables and stacks:
 *
 * - `frozenWeights`: linear weights that do not change, codes and frozen scales;
 * - `trainable`: what the optimizer changes; `gradients`: theirs; `optimizer`: its two moments;
 * - `activations`: what the forward pass keeps for the backward pass, and the logits with their gradient;
 * - `intermediates`: tensors as large as a weight that fake quantization makes;
 * - `other`: embedding, head and norms where they are not trained, and what else there is.
 */
export const MEMORY_CLASSES = [
  "frozenWeights",
  "trainable",
  "gradients",
  "optimizer",
  "activations",
  "intermediates",
  "other",
] as const;

/** One of {@linkcode MEMORY_CLASSES}. */
export type MemoryClass = typeof MEMORY_CLASSES[number];

/** Bytes by class. */
export type ClassBytes = Readonly<Record<MemoryClass, number>>;

/** One summand: so many bytes, of a class, for a reason. */
export interface MemoryTerm {
  readonly memoryClass: MemoryClass;
  /** What it is, such as `softmax, float32 [B, H, T, T]`. */
  readonly what: string;
  readonly bytes: number;
}

/** A number of bytes with what it is made of. */
export interface MemoryAccount {
  readonly totalBytes: number;
  readonly byClass: ClassBytes;
  /** The summands, equal ones of several layers together. */
  readonly terms: readonly MemoryTerm[];
}

/** Adds terms up; terms of nothing are left out, and those of the same name put together. */
export function memoryAccount(terms: readonly MemoryTerm[]): MemoryAccount {
  const byName = Map.groupBy(
    terms.filter(({ bytes }) => bytes !== 0),
    ({ memoryClass, what }) => `${memoryClass} ${what}`,
  );
  const joined = [...byName.values()].flatMap(([first, ...others]) =>
    first ? [{ ...first, bytes: sumBytes([first, ...others]) }] : []
  );
  const byClass = Object.fromEntries(
    MEMORY_CLASSES.map((name) => [name, sumBytes(joined.filter((t) => t.memoryClass === name))]),
  ) as Record<MemoryClass, number>;
  return { totalBytes: sumBytes(joined), byClass, terms: joined };
}

/** The larger of several accounts: a peak is the largest of the moments of a step. */
export function largestAccount(
  first: MemoryAccount,
  ...others: readonly MemoryAccount[]
): MemoryAccount {
  return others.reduce((most, next) => next.totalBytes > most.totalBytes ? next : most, first);
}

function sumBytes(terms: readonly MemoryTerm[]): number {
  return terms.reduce((sum, { bytes }) => sum + bytes, 0);
}
