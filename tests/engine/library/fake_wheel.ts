import { createHash } from "node:crypto";
import { join } from "node:path";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { libraryNames } from "../../../lib/engine/library/library_folder.ts";
import { type Wheel, wheelFile } from "../../../lib/engine/library/wheels.ts";

/** A small wheel on disk, with what a table of wheels says of it. */
export interface FakeWheel {
  wheel: Wheel;
  path: string;
  /** The contents of the two libraries by name. */
  libraries: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** Options for {@linkcode makeFakeWheel}. */
export interface MakeFakeWheelOptions {
  /** The size of the larger library in bytes. */
  coreBytes?: number;
  cuda?: boolean;
}

/** Writes a wheel that pip accepts, with two "libraries" of text and noise. */
export async function makeFakeWheel(
  folder: string,
  options: MakeFakeWheelOptions = {},
): Promise<FakeWheel> {
  const { coreBytes = 3 << 20, cuda = false } = options;
  const names = libraryNames("linux");
  const libraries = new Map([[names.core, noise(coreBytes)], [names.framework, noise(100_000)]]);
  const blank: Wheel = {
    package: cuda ? "tensorflow" : "tensorflow-cpu",
    version: "2.21.0",
    os: "linux",
    arch: "x86_64",
    cuda,
    platform: "manylinux_2_27_x86_64",
    bytes: 0,
    sha256: "",
    libraryBytes: coreBytes + 100_000,
  };
  const bytes = await zip(blank, libraries);
  const path = join(folder, wheelFile(blank));
  await Deno.writeFile(path, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { wheel: { ...blank, bytes: bytes.length, sha256 }, path, libraries };
}

async function zip(
  wheel: Wheel,
  libraries: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const name = wheel.package.replaceAll("-", "_");
  const info = `${name}-${wheel.version}.dist-info`;
  const text = new TextEncoder();
  const files = new Map([
    ["tensorflow/__init__.py", text.encode("raise SystemExit('imported')\n")],
    ...[...libraries].map(([file, bytes]) => [`tensorflow/${file}`, bytes] as const),
    [`tensorflow/include/${[...libraries.keys()][0]}`, text.encode("a decoy in another folder")],
    [
      `${info}/METADATA`,
      text.encode(`Metadata-Version: 2.1\nName: ${name}\nVersion: ${wheel.version}\n`),
    ],
    [
      `${info}/WHEEL`,
      text.encode(
        `Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp312-cp312-${wheel.platform}\n`,
      ),
    ],
    [`${info}/RECORD`, text.encode("")],
  ]);
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [path, bytes] of files) await writer.add(path, new Uint8ArrayReader(bytes));
  return new Uint8Array(await writer.close());
}

// Half noise, half zeros: neither all stored nor all squeezed away.
function noise(bytes: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(bytes);
  for (let k = 0, state = 1; k < bytes / 2; k++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[k] = state >>> 24;
  }
  return data;
}
