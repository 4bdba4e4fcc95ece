import type { BosPlace } from "../eval/protocol.ts";
import type { MethodOptions } from "../methods/settings.ts";
import type { Role } from "../model/trainable.ts";
import type { AdamWOptions } from "../train/adamw.ts";
import type { OptimizerGroup } from "../train/optimizer.ts";
import type { Schedule } from "../train/schedule.ts";
import type { Recompute } from "../train/step.ts";

/** What a study says of a run; what it leaves out has a default. */
export interface RunOptions {
  /** A short name, a folder, a `.gguf` file, or `owner/name@revision` on the hub. Default: `brown-4m`. */
  readonly model?: string;
  /** The name of the method; it has no default. */
  readonly method?: string;
  readonly settings?: RunSettings;
  readonly training?: TrainingChoice;
  readonly evaluation?: EvaluationChoice;
  /** The seed of adapters, data order and dropout. Default: 0. */
  readonly seed?: number;
}

/** The settings of a method as plain values; the seed is the run's. */
export type RunSettings = Omit<MethodOptions, "seed" | "bits" | "granularity"> & {
  /** Bits of the weights' codes, 2 to 8. */
  readonly bits?: number;
  /** `tensor`, `channel`, or `g` and a group size. */
  readonly granularity?: string;
};

/** How a run trains. */
export interface TrainingChoice {
  /** The corpus or file that is learned; of a corpus, its training split. Default: `brown`. */
  readonly corpus?: string;
  /** The optimizer steps; 0 for a method as it starts. Default: 500. */
  readonly steps?: number;
  /** The rows of a micro-batch. Default: 2. */
  readonly batch?: number;
  /** Micro-batches a step. Default: 1. */
  readonly accumulation?: number;
  /** The tokens of a row. Default: 256. */
  readonly seq?: number;
  readonly optimizer?: Partial<AdamWOptions> & {
    /** The limit of the global gradient norm. Default: 1. */
    readonly clip?: number;
    /** By role; roles that the method does not train are left out. */
    readonly groups?: Readonly<Partial<Record<Role, Partial<OptimizerGroup>>>>;
  };
  /** Default: linear decay after a warm-up of 10 % of the steps. */
  readonly schedule?: Partial<Schedule>;
  /** Default: `none`. */
  readonly recompute?: Recompute;
  /** Default: 0. */
  readonly dropout?: number;
}

/** How a run is scored: the perplexity of two splits of a text. */
export interface EvaluationChoice {
  /** The corpus or file whose validation and test splits are scored. Default: the one that is learned. */
  readonly corpus?: string;
  /** The tokens that the model sees at once. Default: that of training. */
  readonly seq?: number;
  /** How far apart windows start. Default: `seq`, or `seq - 1` where each has a BOS of its own. */
  readonly stride?: number;
  /** Default: `none`. */
  readonly bos?: BosPlace;
  /** Windows of the test split; 0 where it is not measured. Default: 50. */
  readonly blocks?: number | "all";
  /** Windows of the validation split; 0 where it is not measured. Default: 50. */
  readonly validationBlocks?: number | "all";
  /** Steps between measurements of the validation split; 0 for only at the end. Default: 0. */
  readonly validateEvery?: number;
}
