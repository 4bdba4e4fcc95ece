import { join } from "node:path";
import { FileFormatError, quoted } from "./errors.ts";
import { fileSize } from "./file_size.ts";
import { parseSafetensorsIndex, type SafetensorsIndex } from "./safetensors_index.ts";
import { openSafetensors, type ReadTensorOptions, type SafetensorsFile } from "./safetensors.ts";
import type { TensorEntry } from "./safetensors_header.ts";
import { tensorNamed } from "./tensor_named.ts";

const SINGLE_NAME = "model.safetensors";
const INDEX_NAME = "model.safetensors.index.json";

/** Half of the header limit of one file: an index repeats the names without types and shapes. */
const MAX_INDEX_BYTES = 50_000_000;

/**
 * Opens the weights of a model folder: `model.safetensors`, or the shards that
 * `model.safetensors.index.json` names. Where both are there, the single file counts.
 *
 * The tensors of a sharded model are those of its index, in its order.
 *
 * @throws {FileFormatError} If the index or a shard breaks a rule, a shard is missing, or a tensor is
 * not in the shard that the index names.
 * @throws {Deno.errors.NotFound} If the folder has neither file.
 */
export async function openSafetensorsFolder(folder: string): Promise<SafetensorsFile> {
  const single = join(folder, SINGLE_NAME);
  if (await fileSize(single) !== undefined) return await openSafetensors(single);
  const path = join(folder, INDEX_NAME);
  const size = await fileSize(path);
  if (size === undefined) {
    throw new Deno.errors.NotFound(
      `No weights in "${folder}": expected ${SINGLE_NAME} or ${INDEX_NAME}`,
    );
  }
  if (size > MAX_INDEX_BYTES) {
    const expected = `at most ${MAX_INDEX_BYTES} bytes`;
    throw new FileFormatError(path, { where: "index", offset: 0, expected, found: `${size}` });
  }
  return await openShards(folder, parseSafetensorsIndex(await Deno.readFile(path), path));
}

async function openShards(folder: string, index: SafetensorsIndex): Promise<SafetensorsFile> {
  await using opened = new AsyncDisposableStack();
  const shards = new Map<string, SafetensorsFile>();
  for (const name of new Set(index.shards.values())) {
    shards.set(name, opened.use(await openShard(folder, name, index.path)));
  }
  const owners = new Map<string, SafetensorsFile>();
  const tensors = new Map<string, TensorEntry>();
  for (const [tensor, shard] of index.shards) {
    const file = shards.get(shard);
    const entry = file?.tensors.get(tensor);
    if (!file || !entry) throw notInShard(index.path, tensor, shard);
    owners.set(tensor, file);
    tensors.set(tensor, entry);
  }
  return new ShardedFile(index, { tensors, owners, opened: opened.move() });
}

async function openShard(folder: string, name: string, index: string): Promise<SafetensorsFile> {
  try {
    return await openSafetensors(join(folder, name));
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    const problem = {
      where: "weight_map",
      expected: `shard ${quoted(name)} beside the index`,
      found: "no such file",
    };
    throw new FileFormatError(index, problem, { cause });
  }
}

function notInShard(path: string, tensor: string, shard: string): FileFormatError {
  return new FileFormatError(path, {
    where: `weight_map, tensor ${quoted(tensor)}`,
    expected: `a tensor of shard ${quoted(shard)}`,
    found: "none of this name",
  });
}

interface OpenShards {
  tensors: ReadonlyMap<string, TensorEntry>;
  owners: ReadonlyMap<string, SafetensorsFile>;
  opened: AsyncDisposableStack;
}

class ShardedFile implements SafetensorsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  #owners: ReadonlyMap<string, SafetensorsFile>;
  #opened: AsyncDisposableStack;

  constructor(index: SafetensorsIndex, { tensors, owners, opened }: OpenShards) {
    this.path = index.path;
    this.metadata = index.metadata;
    this.tensors = tensors;
    this.#owners = owners;
    this.#opened = opened;
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#owner(name).read(name);
  }

  async readInto(name: string, target: Uint8Array, options?: ReadTensorOptions): Promise<void> {
    await this.#owner(name).readInto(name, target, options);
  }

  #owner(name: string): SafetensorsFile {
    return tensorNamed({ path: this.path, tensors: this.#owners }, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}
