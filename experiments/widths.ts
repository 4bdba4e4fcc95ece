import type { Profile, RunDraft } from "../lib/study/study.ts";
import { merge } from "../lib/study/grid/mod.ts";
import { cell } from "./cell.ts";
import { groupsOf } from "./models.ts";

/** Bits a code; two bits have an asymmetric grid, as in LR-QAT's tables. */
export function bits(width: 4 | 3 | 2): RunDraft {
  return {
    settings: { bits: width, grid: width === 2 ? "asymmetric" : "symmetric" },
    ...cell({ bits: width }, `W${width}`),
  };
}

/** A width with one scale for each output. */
export function perChannel(width: 4 | 3 | 2): RunDraft {
  return merge<RunDraft>(
    bits(width),
    { settings: { granularity: "channel" } },
    cell({ granularity: "per-channel" }, `W${width} per channel`),
  );
}

/** A width with groups of 128, or what stands for them. */
export function perGroup(width: 4 | 3 | 2, profile: Profile): RunDraft {
  return merge<RunDraft>(
    bits(width),
    groupsOf(profile, 128),
    cell({}, `W${width} in groups`),
  );
}
