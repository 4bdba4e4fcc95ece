import { join } from "node:path";
import { type TensorSource, writeSafetensors } from "../../lib/io/safetensors_write.ts";

/** A folder of golden vectors in a temporary place, removed at the end of its scope. */
export interface SampleFolder extends AsyncDisposable {
  readonly path: string;
}

/** The case `01-round` of the numbers in the samples. */
export const ROUND_CASE = {
  name: "01-round",
  file: "01-round.safetensors",
  about: "round half to even",
  attributes: {},
  tensors: [
    { name: "in.x", dtype: "float32", shape: [4] },
    { name: "out.y", dtype: "float32", shape: [4], compare: "exact" },
  ],
};

/** The tensors of {@linkcode ROUND_CASE}. */
export const ROUND_TENSORS = [floats("in.x", 0.5, 1.5, -2.5, 3.4), floats("out.y", 0, 2, -2, 3)];

/** A float32 vector. */
export function floats(name: string, ...values: number[]): TensorSource {
  const data = new Uint8Array(Float32Array.from(values).buffer);
  return { name, dtype: "F32", shape: [values.length], data };
}

/** Makes a folder of a manifest, given as its text or as cases, and files by name. */
export async function sampleFolder(
  manifest: string | readonly object[],
  files: Record<string, readonly TensorSource[]> = {},
): Promise<SampleFolder> {
  const path = await Deno.makeTempDir({ prefix: "qatlab-golden-" });
  const text = typeof manifest === "string" ? manifest : JSON.stringify({ cases: manifest });
  await Deno.writeTextFile(join(path, "manifest.json"), text);
  for (const [file, tensors] of Object.entries(files)) {
    await writeSafetensors(join(path, file), tensors);
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
