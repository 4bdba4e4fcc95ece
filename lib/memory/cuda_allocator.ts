/** Allocations are rounded up to this. */
const SMALLEST = 512;
/** Allocations up to this share segments of 2 MiB. */
const SMALL = 2 ** 20;
/** Allocations below this share segments of 20 MiB. */
const LARGE = 10 * 2 ** 20;
const SHARED_SEGMENT = 20 * 2 ** 20;
/** Larger ones are rounded up to this. */
const LARGE_ROUNDING = 2 * 2 ** 20;

/** What counts as used: what tensors have, or what the allocator took from the device for them. */
export type AllocatorCount = "allocated" | "reserved";

/**
 * Bytes that PyTorch's caching allocator for CUDA counts for a tensor that lives through a step.
 *
 * `allocated` (`max_memory_allocated`): rounded up to 512 bytes. `reserved` (`max_memory_reserved`):
 * the segments as well. Up to 1 MiB they are shared by so many that nothing is lost; from 1 to 10 MiB
 * as many tensors as fit share 20 MiB, so that 8 MiB cost 10; above, a segment of its own is rounded
 * up to 2 MiB. Constants: `CUDACachingAllocator.cpp`, unchanged from PyTorch 1.5 to 2.
 */
export function cudaBytes(bytes: number, count: AllocatorCount): number {
  const rounded = roundUp(bytes, SMALLEST);
  if (count === "allocated" || rounded <= SMALL) return rounded;
  if (rounded >= LARGE) return roundUp(bytes, LARGE_ROUNDING);
  return SHARED_SEGMENT / Math.floor(SHARED_SEGMENT / rounded);
}

function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}
