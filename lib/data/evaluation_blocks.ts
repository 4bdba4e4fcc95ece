/** Options for {@linkcode evaluationBlocks}. */
export interface EvaluationBlocksOptions {
  /** The tokens that the model sees at once, BOS included. */
  block: number;
  /** How far apart windows start, in tokens of the text. Default: the window's own length. */
  stride?: number;
  /** Whether each window has a BOS token in front, which takes one place of it. Default: false. */
  bos?: boolean;
  /** Stop after this many windows. Default: all. */
  limit?: number;
}

/** One window of a text, as indices into its tokens. */
export interface EvaluationBlock {
  /** The first token of the window. */
  start: number;
  /** One past the last token. */
  end: number;
  /** The first token whose probability counts; the tokens before it are context. */
  scoreFrom: number;
}

/**
 * Returns the windows by which a text's perplexity is measured.
 *
 * With the defaults this is the protocol of the papers: blocks of `N` tokens without overlap, each on
 * its own, the remainder dropped; the first token of a block has nothing before it and is not scored,
 * so a block gives `N - 1` predictions. With BOS in front a window holds `N - 1` tokens of the text and
 * scores all of them. With a stride below the length each token is scored once, in the first window
 * that holds it: `scoreFrom` of later windows is the end of the window before.
 *
 * @param length The tokens of the text.
 * @throws {RangeError} If the text is shorter than one window, or an option is out of range.
 */
export function evaluationBlocks(
  length: number,
  options: EvaluationBlocksOptions,
): EvaluationBlock[] {
  const { block, bos = false, limit = Infinity } = options;
  requireInteger("block", block, { min: 2, max: Number.MAX_SAFE_INTEGER });
  const size = bos ? block - 1 : block;
  const stride = options.stride ?? size;
  requireInteger("stride", stride, { min: 1, max: size });
  if (limit !== Infinity) {
    requireInteger("limit", limit, { min: 1, max: Number.MAX_SAFE_INTEGER });
  }
  if (length < size) {
    throw new RangeError(
      `Cannot cut a block of ${block} tokens: the text has ${length}; use a shorter 'block' or a longer text`,
    );
  }
  const count = Math.min(limit, Math.floor((length - size) / stride) + 1);
  return Array.from({ length: count }, (_, index) => {
    const start = index * stride;
    const firstNew = index === 0 ? 0 : start - stride + size;
    return { start, end: start + size, scoreFrom: Math.max(start + (bos ? 0 : 1), firstNew) };
  });
}

function requireInteger(name: string, value: number, range: { min: number; max: number }): void {
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return;
  const allowed = range.max === Number.MAX_SAFE_INTEGER
    ? `of at least ${range.min}`
    : `from ${range.min} to ${range.max}`;
  throw new RangeError(
    `Cannot cut evaluation blocks: '${name}' must be an integer ${allowed}: current value is ${value}`,
  );
}
