import { join } from "node:path";
import { syncFolder, writeFileAtomic } from "../../io/atomic.ts";
import { safetensorsByteLength, type SafetensorsDtype } from "../../io/safetensors_dtypes.ts";
import { type TensorSource, writeSafetensors } from "../../io/safetensors_write.ts";
import { canonicalJson, configurationHash, type JsonValue } from "../../io/config_hash.ts";
import { encodeManifest } from "./checkpoint_manifest.ts";
import {
  checkpointName,
  hiddenName,
  listCheckpointNames,
  MANIFEST_FILE,
  STATE_FILE,
} from "./checkpoint_names.ts";
import { sealFile } from "./file_seal.ts";
import type { CheckpointFolder } from "./lock_checkpoints.ts";
import { pruneCheckpoints, removeLeftovers } from "./prune_checkpoints.ts";
import { removeCheckpointFiles } from "./remove_checkpoint.ts";
import { writeFault } from "./write_fault.ts";

/** One tensor to save. */
export interface CheckpointTensor {
  /** The name, unique in the checkpoint, such as `parameter/model.norm.weight`. */
  readonly name: string;
  /** The sizes, row-major; `[]` for one number. */
  readonly shape: readonly number[];
  /** The type of its elements; by default F32. */
  readonly dtype?: SafetensorsDtype;
  /** Gives the elements when their turn has come: float32 values for F32, else raw little-endian bytes. */
  read(): Float32Array | Uint8Array | Promise<Float32Array | Uint8Array>;
}

/** What {@linkcode saveCheckpoint} saves. */
export interface SaveCheckpointOptions {
  /** The number of steps that are done. */
  step: number;
  /** The run's seed, an integer from 0. */
  seed: number;
  /** Where the data goes on. */
  position: JsonValue;
  /** The run's configuration with every default filled in: plain objects, arrays and values of JSON. */
  configuration: object;
  tensors: readonly CheckpointTensor[];
  /** The number of newest checkpoints that stay, with this one; by default 2. */
  keep?: number;
}

/** What {@linkcode saveCheckpoint} did. */
export interface SavedCheckpoint {
  /** The path of the checkpoint's folder. */
  readonly path: string;
  /** The bytes of its files. */
  readonly bytes: number;
  /** What the user should know, such as an old checkpoint that could not be removed; whole sentences. */
  readonly notices: readonly string[];
}

/**
 * Saves a checkpoint so that it is there whole or not at all, whenever the process or the power dies.
 *
 * The files are written and flushed in a hidden folder, `checkpoint.json` last; a rename then gives the
 * folder its name, and is flushed too. One tensor at a time is in memory. Older checkpoints beyond `keep`
 * go only after that; damaged ones, and folders with files that are not ours, stay.
 *
 * @param folder The folder of {@linkcode lockCheckpoints}.
 * @throws {RangeError} If an option has a wrong value, or a tensor is not what its type and shape say.
 * @throws {Error} If the disk is full or refuses; nothing of the new checkpoint is left, and older ones stay.
 */
export async function saveCheckpoint(
  folder: CheckpointFolder,
  options: SaveCheckpointOptions,
): Promise<SavedCheckpoint> {
  const { step, tensors, keep = 2 } = options;
  requireInteger(options.step, "step", 0);
  requireInteger(options.seed, "seed", 0);
  requireInteger(keep, "keep", 1);
  const sources = tensors.map(tensorSource);
  const task = { step, folder: folder.path, bytes: () => totalBytes(sources) };
  const temporary = join(folder.path, hiddenName(step, "tmp"));
  try {
    const notices = await removeLeftovers(folder.path);
    await Deno.mkdir(temporary);
    const bytes = await writeParts(temporary, options, sources);
    const name = await freeName(folder.path, step);
    const path = join(folder.path, name);
    await Deno.rename(temporary, path);
    await syncFolder(folder.path);
    return { path, bytes, notices: [...notices, ...await pruneCheckpoints(path, keep)] };
  } catch (error) {
    // The first error is the one to report; what cannot be removed now goes at the next save.
    await removeCheckpointFiles(temporary).catch(() => {});
    throw writeFault(error, task);
  }
}

async function writeParts(
  temporary: string,
  { step, seed, position, configuration }: SaveCheckpointOptions,
  sources: readonly TensorSource[],
): Promise<number> {
  // Made before the long write, so that a wrong value costs nothing.
  const hash = configurationHash(configuration);
  const fields = { step, seed, position, configuration: JSON.parse(canonicalJson(configuration)) };
  const seal = { configurationHash: hash, written: new Date().toISOString() };
  encodeManifest({ ...fields, ...seal, state: { bytes: 0, sha256: "" } });
  const statePath = join(temporary, STATE_FILE);
  await writeSafetensors(statePath, sources);
  const state = await sealFile(statePath);
  const text = encodeManifest({ ...fields, ...seal, state });
  await writeFileAtomic(join(temporary, MANIFEST_FILE), text);
  return state.bytes + new TextEncoder().encode(text).length;
}

// A folder that has the step's name already, damaged or not, is never written over.
async function freeName(folder: string, step: number): Promise<string> {
  const { checkpoints } = await listCheckpointNames(folder);
  const last = checkpoints.find((checkpoint) => checkpoint.step === step);
  return checkpointName(step, (last?.attempt ?? 0) + 1);
}

function tensorSource(tensor: CheckpointTensor): TensorSource {
  const { name, shape, dtype = "F32" } = tensor;
  return { name, shape, dtype, data: async () => rawBytes(await tensor.read(), { name, dtype }) };
}

function rawBytes(
  values: Float32Array | Uint8Array,
  { name, dtype }: { name: string; dtype: SafetensorsDtype },
): Uint8Array {
  if ((dtype === "F32") !== (values instanceof Float32Array)) {
    throw new RangeError(
      `Tensor "${name}" must give ${dtype === "F32" ? "float32 values" : "raw bytes"} ` +
        `for ${dtype}: current value is ${values.constructor.name}`,
    );
  }
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function totalBytes(sources: readonly TensorSource[]): number {
  return sources.reduce(
    (total, { dtype, shape }) => total + safetensorsByteLength(dtype, shape),
    0,
  );
}

function requireInteger(value: number, name: string, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new RangeError(
    `Cannot save a checkpoint: '${name}' must be an integer from ${least}: current value is ${value}`,
  );
}
