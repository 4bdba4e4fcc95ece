import { assertEquals } from "@std/assert";
import { type Checkpoint, openCheckpoint } from "../../../lib/train/checkpoint/open_checkpoint.ts";
import { lockCheckpoints } from "../../../lib/train/checkpoint/lock_checkpoints.ts";
import {
  type CheckpointTensor,
  saveCheckpoint,
  type SaveCheckpointOptions,
  type SavedCheckpoint,
} from "../../../lib/train/checkpoint/save_checkpoint.ts";

const NAMES = ["parameter/model.norm.weight", "first/model.norm.weight", "second/layer.0"];

/** Values that tell the step and the tensor they belong to. */
export function sampleValues(
  step: number,
  tensor: number,
  size: number,
): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: size }, (_, i) => Math.sin(step * 1000 + tensor * 100 + i));
}

/** What a run of three tensors of `size` elements saves after a step. */
export function sampleOptions(
  step: number,
  { size = 100, keep = 2 }: { size?: number; keep?: number } = {},
): SaveCheckpointOptions {
  const tensors = NAMES.map((name, i): CheckpointTensor => ({
    name,
    shape: [size],
    read: () => Promise.resolve(sampleValues(step, i, size)),
  }));
  const configuration = { optimizer: { rate: 0.001, betas: [0.9, 0.95] }, steps: 60 };
  return { step, seed: 7, position: { block: step * 4 }, configuration, tensors, keep };
}

/** Saves sample checkpoints, each under its own lock. */
export async function saveSamples(
  folder: string,
  steps: readonly number[],
  options: { size?: number; keep?: number } = {},
): Promise<SavedCheckpoint[]> {
  const saved = [];
  for (const step of steps) {
    using locked = await lockCheckpoints(folder);
    saved.push(await saveCheckpoint(locked, sampleOptions(step, options)));
  }
  return saved;
}

/** Checks every field and bit of a sample checkpoint. */
export async function assertSample(
  checkpoint: Checkpoint,
  step: number,
  size = 100,
): Promise<void> {
  const { seed, position, configuration } = sampleOptions(step);
  assertEquals(checkpoint.step, step);
  assertEquals(checkpoint.seed, seed);
  assertEquals(checkpoint.position, position);
  assertEquals<unknown>(checkpoint.configuration, configuration);
  assertEquals([...checkpoint.tensors.keys()].sort(), NAMES.toSorted());
  for (const [i, name] of NAMES.entries()) {
    assertEquals(await checkpoint.read(name), sampleValues(step, i, size));
  }
}

/** Opens a checkpoint, checks it, and closes it. */
export async function assertSampleAt(path: string, step: number): Promise<void> {
  await using checkpoint = await openCheckpoint(path);
  await assertSample(checkpoint, step);
}

/** The names in a folder, without the lock. */
export async function namesIn(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).filter((name) => name !== ".lock").sort();
}
