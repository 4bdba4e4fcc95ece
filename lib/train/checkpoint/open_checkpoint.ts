import { join } from "node:path";
import { openByteSource } from "../../io/byte_source.ts";
import { openSafetensorsSource, type SafetensorsFile } from "../../io/safetensors.ts";
import { readFloats } from "../../io/safetensors_floats.ts";
import type { TensorEntry } from "../../io/safetensors_header.ts";
import type { CheckpointManifest } from "./checkpoint_manifest.ts";
import { STATE_FILE } from "./checkpoint_names.ts";
import { type FileSeal, requireSeal, requireSize } from "./file_seal.ts";
import { readManifest } from "./read_manifest.ts";

/** A whole checkpoint whose tensors are read one by one. Close it with `await using`. */
export interface Checkpoint extends CheckpointManifest, AsyncDisposable {
  /** The path of its folder. */
  readonly path: string;
  /** The tensors by name, with type and shape. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /**
   * Reads one tensor of floats as float32 values, row-major; of F32 the very bits that were saved.
   *
   * @throws {RangeError} If there is no tensor of this name, or it holds no floats.
   */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
  /**
   * Reads one tensor of any type: its raw little-endian elements, row-major.
   *
   * @throws {RangeError} If there is no tensor of this name.
   */
  readBytes(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a checkpoint and checks all of it: `checkpoint.json`, and the tensors' file by length, sha256 and
 * header. It is hashed through the same open file that tensors are later read from.
 *
 * @param path The folder of the checkpoint.
 * @throws {FileFormatError} If a part is missing or is not as it was written.
 * @throws One of `Deno.errors` if it cannot be read.
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const manifest = await readManifest(path);
  const statePath = join(path, STATE_FILE);
  await requireSize(statePath, manifest.state);
  const source = await openByteSource(statePath);
  try {
    await requireSeal(source, manifest.state);
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
  return new WholeCheckpoint(path, manifest, await openSafetensorsSource(source));
}

class WholeCheckpoint implements Checkpoint {
  readonly path: string;
  readonly step: number;
  readonly seed: number;
  readonly position: CheckpointManifest["position"];
  readonly configuration: CheckpointManifest["configuration"];
  readonly configurationHash: string;
  readonly state: FileSeal;
  readonly written: string;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  #file: SafetensorsFile;

  constructor(path: string, manifest: CheckpointManifest, file: SafetensorsFile) {
    this.path = path;
    this.step = manifest.step;
    this.seed = manifest.seed;
    this.position = manifest.position;
    this.configuration = manifest.configuration;
    this.configurationHash = manifest.configurationHash;
    this.state = manifest.state;
    this.written = manifest.written;
    this.tensors = file.tensors;
    this.#file = file;
  }

  read(name: string): Promise<Float32Array<ArrayBuffer>> {
    return readFloats(this.#file, name);
  }

  readBytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#file.read(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }
}
