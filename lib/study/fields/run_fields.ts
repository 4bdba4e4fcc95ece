import { CORPUS_NAMES } from "../../data/open_text.ts";
import { BOS_PLACES } from "../../eval/protocol.ts";
import { SCALE_FORMATS } from "../../methods/effective_scale.ts";
import { METHODS } from "../../methods/registry.ts";
import { COMPUTE_TYPES } from "../../model/compute_type.ts";
import { ADAPTER_STARTS, SCALE_STARTS, WEIGHT_STORAGES } from "../../methods/settings.ts";
import { ROLES } from "../../model/trainable.ts";
import { PHI_NAMES } from "../../quant/downcast/phi.ts";
import { SCHEDULES } from "../../train/schedule.ts";
import {
  choice,
  countOrAll,
  type FieldKind,
  flag,
  granularity,
  integer,
  number,
  off,
  orNone,
  positive,
  share,
  text,
} from "./kinds.ts";

const CORPUS = text(`${CORPUS_NAMES.join(", ")}, or a file`);

/** Everything that can be said of a run, by its dotted key. */
export const RUN_FIELDS: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ["model", text("a model's name, folder, .gguf file, or owner/name")],
  ["method", choice(METHODS.map(({ name }) => name))],
  ["seed", integer(0)],
  ["settings.bits", integer(2, 8)],
  ["settings.activationBits", orNone(integer(2, 8))],
  ["settings.keyValueBits", orNone(integer(2, 8))],
  ["settings.granularity", granularity()],
  ["settings.grid", choice(["symmetric", "asymmetric"])],
  ["settings.rank", integer(0)],
  ["settings.alpha", positive()],
  ["settings.adapterStart", choice(ADAPTER_STARTS)],
  ["settings.adapterDeviation", number(0)],
  ["settings.phi", choice(PHI_NAMES)],
  ["settings.rangeExponent", number(1)],
  ["settings.rangeCandidates", integer(1)],
  ["settings.scaleStart", choice(SCALE_STARTS)],
  ["settings.scaleFormat", choice(SCALE_FORMATS)],
  ["settings.learnScale", flag()],
  ["settings.lsqGradientScale", flag()],
  ["settings.recompute", flag()],
  ["settings.warmup", off("a run is on the grid from its first step to its merge")],
  ["settings.weightStorage", choice(WEIGHT_STORAGES)],
  ["settings.compute", choice(COMPUTE_TYPES)],
  ["settings.trainWeight", flag()],
  ["training.corpus", CORPUS],
  ["training.steps", integer(0)],
  ["training.batch", integer(1)],
  ["training.accumulation", integer(1)],
  ["training.seq", integer(2)],
  ["training.optimizer.beta1", number(0, 1)],
  ["training.optimizer.beta2", number(0, 1)],
  ["training.optimizer.epsilon", number(0)],
  ["training.optimizer.clip", positive()],
  ...ROLES.flatMap((role) => [
    [`training.optimizer.groups.${role}.learningRate`, number(0)] as const,
    [`training.optimizer.groups.${role}.weightDecay`, number(0)] as const,
  ]),
  ["training.schedule.kind", choice(SCHEDULES)],
  ["training.schedule.warmup", share()],
  ["training.recompute", choice(["none", "block"])],
  ["training.dropout", number(0, 1)],
  ["evaluation.corpus", CORPUS],
  ["evaluation.seq", integer(2)],
  ["evaluation.stride", integer(1)],
  ["evaluation.bos", choice(BOS_PLACES)],
  ["evaluation.blocks", countOrAll()],
  ["evaluation.validationBlocks", countOrAll()],
  ["evaluation.validateEvery", integer(0)],
]);
