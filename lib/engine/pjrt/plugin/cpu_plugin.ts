import { basename, join } from "node:path";
import type { Attempt } from "../../../io/pip/attempt.ts";
import { findCachedFiles } from "../../../io/pip/cached_files.ts";
import type { FetchFilesOptions } from "../../../io/pip/fetch_files.ts";
import type { WheelFiles } from "../../../io/pip/wheel_files.ts";

/** The plugin for CPUs of one platform: the file that is kept of a pinned wheel. */
export interface CpuPlugin extends WheelFiles {
  /** The operating system, as `Deno.build.os` names it. */
  readonly os: string;
  /** The processor, as `Deno.build.arch` names it. */
  readonly arch: string;
}

const XLA_CPU = {
  os: "linux",
  paths: ["xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so"],
  section: "pjrt",
  name: "XLA's plugin for CPUs",
  otherwise: "set QATLAB_PJRT_PLUGIN to the shared library of a plugin",
};
const WHEEL = { package: "xla-cpu-pjrt", version: "0.0.1", python: "py3", abi: "none" };

/**
 * The plugins that the fetch may take, of the OpenXLA authors under the Apache License 2.0. Sizes and
 * hashes were read from the files themselves.
 */
export const cpuPlugins: readonly CpuPlugin[] = [
  {
    ...XLA_CPU,
    arch: "x86_64",
    wheel: {
      ...WHEEL,
      platform: "manylinux_2_27_x86_64",
      bytes: 63_461_052,
      sha256: "55837b6b7b47daa717f2d9a5a03563ea0ceaa338d06a81a1e2d3f060d960decc",
    },
    unpackedBytes: 259_284_552,
  },
  {
    ...XLA_CPU,
    arch: "aarch64",
    wheel: {
      ...WHEEL,
      platform: "manylinux_2_27_aarch64",
      bytes: 49_514_947,
      sha256: "8f613be6e891858f40d64f9799319502fff42689661944fc18a6ffd8210b30c9",
    },
    unpackedBytes: 200_328_224,
  },
];

/** Looks whether the cache holds the plugin, whole, and returns its path. */
export async function findCachedPlugin(
  cacheDir: string,
  plugin: CpuPlugin,
): Promise<Attempt<string>> {
  const attempt = await findCachedFiles(cacheDir, plugin);
  return "found" in attempt ? { found: pathIn(attempt.found, plugin) } : attempt;
}

/**
 * Lets pip download the plugin's wheel, checks it, and puts the plugin into the cache.
 *
 * @returns Its path.
 * @throws {FilesUnavailableError} If it cannot be had; nothing is left behind.
 * @throws The signal's reason, if it is aborted.
 */
export async function fetchPlugin(
  plugin: CpuPlugin,
  options: FetchFilesOptions,
): Promise<{ path: string; downloaded: boolean }> {
  // Loaded only here: most starts need neither the archive reader nor the rest.
  const { fetchFiles } = await import("../../../io/pip/fetch_files.ts");
  const { folder, downloaded } = await fetchFiles(plugin, options);
  return { path: pathIn(folder, plugin), downloaded };
}

function pathIn(folder: string, { paths }: CpuPlugin): string {
  return join(folder, basename(paths[0] ?? ""));
}
