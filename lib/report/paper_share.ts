import type { PaperPair } from "./paper_pairs.ts";

/**
 * The share of round-to-nearest's extra loss that the paper wins back in a place, in percent, against the
 * float model as it was: `100 ln(RTN / method) / ln(RTN / float)`, all in perplexity. `null` where a
 * number is missing.
 */
export function paperShare(pair: PaperPair, pairs: readonly PaperPair[]): number | null {
  const rounded = pairs.find((other) =>
    other.cell.key["method"] === "rtn" && settingOf(other) === settingOf(pair)
  );
  const [extra, lost] = [pair.extra.paper, rounded?.extra.paper ?? null];
  return extra === null || lost === null ? null : 100 * (lost - extra) / lost;
}

function settingOf({ cell: { key, source } }: PaperPair): string {
  const { model, bits, granularity, activationBits, keyValueBits } = key;
  return JSON.stringify([source, model, bits, granularity, activationBits, keyValueBits]);
}
