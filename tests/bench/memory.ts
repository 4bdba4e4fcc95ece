/**
 * The memory of this process.
 *
 * @module
 */
import process from "node:process";

/** Resident memory now, in MiB. */
export function residentMiB(): number {
  return Deno.memoryUsage().rss / 2 ** 20;
}

/** The largest resident memory since the process began, in MiB. */
export function peakMiB(): number {
  return process.resourceUsage().maxRSS / 1024;
}
