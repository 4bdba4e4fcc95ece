import type { MemoryBasis, MemoryProfileRow } from "../results/memory_row.ts";
import type { ClassBytes } from "./memory_classes.ts";
import { describeSetup, type MemoryProfile } from "./profile.ts";

/** Options for {@linkcode profileRows}. */
export interface ProfileRowsOptions {
  /** The study that asked for it. */
  readonly study: string;
  /** How the study calls the step. */
  readonly label: string;
  /** What is published for the step. */
  readonly published?: { readonly bytes: number | null; readonly status: string };
}

/**
 * A profile as rows of results: one for the papers' stack, one for the estimate, one for a plan and one for
 * what was measured, where they are there.
 */
export function profileRows(
  profile: MemoryProfile,
  { study, label, published }: ProfileRowsOptions,
): MemoryProfileRow[] {
  const row = (
    basis: MemoryBasis,
    totalBytes: number,
    byClass?: ClassBytes,
  ): MemoryProfileRow => ({
    study,
    label,
    ...described(profile),
    basis,
    stack: basis === "paper-stack" ? profile.paperStack.stack.name : null,
    total_bytes: Math.round(totalBytes),
    ...classColumns(byClass),
    argument_bytes: null,
    output_bytes: null,
    temporary_bytes: null,
    published_bytes: published?.bytes ?? null,
    published_status: published?.status ?? null,
  });
  const { paperStack, estimated, planned, measured } = profile;
  return [
    row("paper-stack", paperStack.totalBytes, paperStack.byClass),
    row("estimated", estimated.totalBytes, estimated.byClass),
    ...(planned
      ? [{
        ...row("planned", planned.totalBytes, planned.byClass),
        argument_bytes: planned.argumentBytes,
        output_bytes: planned.outputBytes,
        temporary_bytes: planned.temporaryBytes,
      }]
      : []),
    ...(measured ? [row("measured", measured.totalBytes)] : []),
  ];
}

function described({ setup }: MemoryProfile) {
  const { model, method, bits, granularity, phi, recompute, compute } = describeSetup(setup);
  return {
    model: String(model),
    method: String(method),
    bits: Number(bits),
    granularity: String(granularity),
    rank: setup.settings.rank,
    phi: phi === null || phi === undefined ? null : String(phi),
    recompute: String(recompute),
    batch: setup.batch,
    seq: setup.seq,
    accumulation: setup.accumulation,
    compute: String(compute),
  };
}

function classColumns(byClass: ClassBytes | undefined) {
  const of = (name: keyof ClassBytes) => byClass ? Math.round(byClass[name]) : null;
  return {
    frozen_weights: of("frozenWeights"),
    trainable: of("trainable"),
    gradients: of("gradients"),
    optimizer: of("optimizer"),
    activations: of("activations"),
    intermediates: of("intermediates"),
    other: of("other"),
  };
}
