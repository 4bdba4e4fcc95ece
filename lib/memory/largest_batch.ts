import { type Card, fitsCard } from "./cards.ts";
import type { StepSetup } from "./step_setup.ts";

/** A way to tell the bytes of a step, such as an estimate. */
export type BytesOf = (setup: StepSetup) => number;

/** No card holds more sequences; a search needs an end. */
const MOST = 2 ** 20;

/**
 * The largest micro-batch with which a step fits a card; 0 if none does.
 *
 * @param setup The step; its own batch does not count.
 * @param card The card.
 * @param bytesOf How many bytes a step takes, never less with a larger batch.
 */
export function largestBatch(
  setup: StepSetup,
  { card, bytesOf }: { readonly card: Card; readonly bytesOf: BytesOf },
): number {
  const fits = (batch: number) => fitsCard(bytesOf({ ...setup, batch }), card);
  if (!fits(1)) return 0;
  let below = 1;
  while (below < MOST && fits(2 * below)) below *= 2;
  let above = 2 * below;
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (fits(middle)) below = middle;
    else above = middle;
  }
  return below;
}
