/** Numbers in one piece of logits: 64 MiB, of which two or three exist at a time. */
export const LOGITS_PIECE = 2 ** 24;

/** Rows that follow each other. */
export interface RowSpan {
  readonly begin: number;
  readonly count: number;
}

/** Cuts rows into pieces of at most two lengths, as each length is compiled by itself. */
export function evenSpans(total: number, pieces: number): RowSpan[] {
  const length = Math.ceil(total / pieces);
  return Array.from({ length: Math.ceil(total / length) }, (_, index) => {
    const begin = index * length;
    return { begin, count: Math.min(length, total - begin) };
  });
}
