import { libraryNames } from "../../../lib/engine/library/library_folder.ts";
import type { TensorflowWheel } from "../../../lib/engine/library/wheels.ts";
import { noise, writeFakeWheel } from "../../io/pip/fake_wheel.ts";

/** A small wheel on disk, with what a table of wheels says of it. */
export interface FakeLibraryWheel {
  wheel: TensorflowWheel;
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
): Promise<FakeLibraryWheel> {
  const { coreBytes = 3 << 20, cuda = false } = options;
  const names = libraryNames("linux");
  const libraries = new Map([[names.core, noise(coreBytes)], [names.framework, noise(100_000)]]);
  const name = {
    package: cuda ? "tensorflow" : "tensorflow-cpu",
    version: "2.21.0",
    python: "cp312",
    abi: "cp312",
    platform: "manylinux_2_27_x86_64",
  };
  const text = new TextEncoder();
  const { path, bytes, sha256 } = await writeFakeWheel(folder, {
    name,
    contents: [
      ["tensorflow/__init__.py", text.encode("raise SystemExit('imported')\n")],
      ...[...libraries].map(([file, bytes]) => [`tensorflow/${file}`, bytes] as const),
      [`tensorflow/include/${names.core}`, text.encode("a decoy in another folder")],
    ],
  });
  const platform = { os: "linux", arch: "x86_64", cuda, libraryBytes: coreBytes + 100_000 };
  return { wheel: { ...name, ...platform, bytes, sha256 }, path, libraries };
}
