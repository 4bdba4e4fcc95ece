import { createHash } from "node:crypto";
import { join } from "node:path";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { type Wheel, wheelFile } from "../../../lib/io/pip/wheel.ts";

/** What a fake wheel is before it has bytes. */
export type WheelName = Omit<Wheel, "bytes" | "sha256">;

/** The contents of files by their paths in a wheel. */
export type Contents = Iterable<readonly [path: string, bytes: Uint8Array<ArrayBuffer>]>;

/** Writes a small wheel that pip accepts, and returns its path with its size and hash. */
export async function writeFakeWheel(
  folder: string,
  { name, contents }: { name: WheelName; contents: Contents },
): Promise<{ path: string; bytes: number; sha256: string }> {
  const data = await zip([...contents, ...metadata(name)]);
  const path = join(folder, wheelFile({ ...name, bytes: 0, sha256: "" }));
  await Deno.writeFile(path, data);
  const sha256 = createHash("sha256").update(data).digest("hex");
  return { path, bytes: data.length, sha256 };
}

/** Half noise, half zeros: neither all stored nor all squeezed away. */
export function noise(bytes: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(bytes);
  for (let k = 0, state = 1; k < bytes / 2; k++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[k] = state >>> 24;
  }
  return data;
}

function metadata({ package: name, version, python, abi, platform }: WheelName): Contents {
  const module = name.replaceAll("-", "_");
  const info = `${module}-${version}.dist-info`;
  const tag = `${python}-${abi}-${platform}`;
  const text = new TextEncoder();
  return [
    [
      `${info}/METADATA`,
      text.encode(`Metadata-Version: 2.1\nName: ${module}\nVersion: ${version}\n`),
    ],
    [`${info}/WHEEL`, text.encode(`Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: ${tag}\n`)],
    [`${info}/RECORD`, text.encode("")],
  ];
}

async function zip(contents: Contents): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [path, bytes] of contents) await writer.add(path, new Uint8ArrayReader(bytes));
  return new Uint8Array(await writer.close());
}
