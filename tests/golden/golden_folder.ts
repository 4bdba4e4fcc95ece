import { join } from "node:path";
import { openSafetensors, type SafetensorsFile } from "../../lib/io/safetensors.ts";
import { GoldenFolderError } from "./golden_folder_error.ts";
import { type GoldenCase, parseManifest, type TensorSpec } from "./manifest.ts";
import { tensorTypeInfo } from "./tensor_types.ts";

/** A folder of golden vectors. */
export interface GoldenFolder {
  readonly path: string;
  readonly cases: readonly GoldenCase[];
}

/** A tensor of a case with its values. */
export interface GoldenTensor extends TensorSpec {
  readonly values: Float32Array | Int32Array | Uint8Array;
}

// A hundred times the largest manifest known; more is not a manifest.
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

/**
 * Opens a folder: reads and checks its manifest, no vectors yet.
 *
 * @throws {GoldenFolderError} If there is no folder or no manifest, or if it is malformed.
 */
export async function openGoldenFolder(path: string): Promise<GoldenFolder> {
  const manifest = join(path, "manifest.json");
  return { path, cases: parseManifest(await readText(manifest), manifest) };
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_MANIFEST_BYTES) {
      throw new GoldenFolderError(`Cannot read ${path}: ${size} bytes are too many for a manifest`);
    }
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof GoldenFolderError) throw error;
    const why = error instanceof Deno.errors.NotFound ? "there is no such file" : messageOf(error);
    throw new GoldenFolderError(
      `Cannot read ${path}: ${why}; a folder of golden vectors has a manifest.json`,
      { cause: error },
    );
  }
}

/**
 * Reads the tensors of a case, by name, and the inputs of the case whose weights it works on.
 *
 * @throws {GoldenFolderError} If the case's file is missing or malformed, or if it is not what the
 * manifest says; the message names the tensor.
 */
export async function readCase(
  folder: GoldenFolder,
  goldenCase: GoldenCase,
): Promise<Map<string, GoldenTensor>> {
  const read = await readTensors(folder, goldenCase);
  const other = weightsCase(folder, goldenCase);
  if (!other) return read;
  const more = other.tensors.filter(({ name }) => name.startsWith("in.") && !read.has(name));
  return new Map([...read, ...await readTensors(folder, { ...other, tensors: more })]);
}

// A case may work on the inputs of another one, which its attribute `weights` names by its file.
function weightsCase(
  { path, cases }: GoldenFolder,
  { name, attributes }: GoldenCase,
): GoldenCase | undefined {
  const { weights } = attributes;
  if (weights === undefined) return undefined;
  const found = cases.find(({ file }) => file === weights);
  if (found) return found;
  throw new GoldenFolderError(
    `Cannot read case ${name} in ${path}: its weights are those of ${
      JSON.stringify(weights)
    }, and no case has this file`,
  );
}

async function readTensors(
  folder: GoldenFolder,
  { file, tensors }: GoldenCase,
): Promise<Map<string, GoldenTensor>> {
  const path = join(folder.path, file);
  try {
    await using opened = await openSafetensors(path);
    const read = new Map<string, GoldenTensor>();
    for (const spec of tensors) read.set(spec.name, await readTensor(opened, spec));
    return read;
  } catch (error) {
    if (error instanceof GoldenFolderError) throw error;
    const why = error instanceof Deno.errors.NotFound
      ? `Cannot read ${path}: there is no such file`
      : messageOf(error);
    throw new GoldenFolderError(why, { cause: error });
  }
}

async function readTensor(file: SafetensorsFile, spec: TensorSpec): Promise<GoldenTensor> {
  const { stored, decode } = tensorTypeInfo(spec.dtype);
  const entry = file.tensors.get(spec.name);
  const expected = `${stored}[${spec.shape}]`;
  const found = entry ? `${entry.dtype}[${entry.shape}]` : "no such tensor";
  if (found !== expected) {
    throw new GoldenFolderError(
      `Cannot read ${file.path}: tensor ${spec.name}: the manifest says ${expected}, the file has ${found}`,
    );
  }
  return { ...spec, values: decode(await file.read(spec.name)) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
