import { concat, merge, product, withSeeds } from "../../lib/study/grid/mod.ts";
import type { RunDraft, Study } from "../../lib/study/study.ts";
import { cell, note } from "../cell.ts";
import { FLOAT, RTN } from "../methods.ts";
import { models, rankOf } from "../models.ts";
import { perChannel } from "../widths.ts";
import { lrQat, recipe } from "./recipe.ts";

const STEPS = 10_000;

const SHORT_ROWS = note("rows", "steps of 512 tokens stand for those of 32 rows of 1,024");

const phi = (name: "fp32" | "fixed" | "int", downcast: string): RunDraft => ({
  settings: { phi: name },
  ...cell({ downcast }),
});

/** The downcast that is compared at every width, against none at all. */
function both(width: 4 | 3 | 2): RunDraft[] {
  const phis = [phi("fp32", "fp32"), phi("fixed", `q${width}.${8 - width}`)];
  return product([perChannel(width)], phis);
}

const INT = phi("int", "int-b");

/**
 * LR-QAT's choices over as many steps as its paper trains. In some hundred steps `A B` does not pass a
 * step of the fixed-point grid, so that what moves are ties, and neither a downcast nor a rank is
 * compared.
 */
export const LONG_ABLATIONS: Study = {
  name: "lr-qat/long-ablations",
  about:
    "LR-QAT over 10,000 steps: downcasts at 4, 3 and 2 bits; ranks, starts, frozen scales at 3",
  source: { paper: "lr-qat", tables: ["2"] },
  runs(profile) {
    const widths = [perChannel(4), perChannel(3), perChannel(2)];
    const references = product([recipe(profile)], models(profile), [
      FLOAT,
      ...product(widths, [RTN]),
    ]);
    const trained = merge<RunDraft>(lrQat(profile), {
      training: { steps: STEPS },
      evaluation: { validateEvery: STEPS / 10 },
    }, profile === "paper" ? {} : SHORT_ROWS);
    const choices: readonly RunDraft[] = [
      merge(INT, cell({ init: "default" })),
      merge(INT, { settings: { adapterStart: "svd" } }, cell({ init: "loftq" }, "SVD start")),
      ...[1, 4, 256].map((rank) => rankOf(profile, rank)),
      { settings: { learnScale: false }, ...cell({ hyperparameter: "scale" }, "frozen scale") },
    ];
    const runs = (list: readonly RunDraft[]) => product([trained], models(profile), list);
    return concat(
      references,
      withSeeds(runs(both(3)), [1, 2]),
      withSeeds(runs([...both(4), ...both(2)]), [1]),
      withSeeds(runs(product([perChannel(3)], choices)), [1]),
    );
  },
};
