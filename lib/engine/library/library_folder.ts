import { basename, dirname, join, resolve } from "node:path";
import { isFile } from "../../io/path_kind.ts";
import type { Attempt } from "../../io/pip/attempt.ts";
import { errorCode } from "../../io/system_error.ts";
import { isSupportedVersion, supportedVersions } from "./version.ts";

/** The file names of the two libraries. */
export interface LibraryNames {
  /** The core, with the C API. */
  readonly core: string;
  /** The framework, which the core needs. */
  readonly framework: string;
}

/** A folder that holds the two libraries. */
export interface LibraryFolder {
  /** The path of `libtensorflow_cc`. */
  readonly core: string;
  /** The path of `libtensorflow_framework`. */
  readonly framework: string;
  /** The name of the Python package that installed it, if metadata beside the folder tells. */
  readonly package: string | undefined;
  /** The version, or `unknown`. */
  readonly version: string;
  /** Whether it was built with CUDA kernels, if a file in the folder tells. */
  readonly cuda: boolean | undefined;
}

/** Returns the names of the two libraries on an operating system. */
export function libraryNames(os: string): LibraryNames {
  const suffix = os === "darwin" ? "2.dylib" : "so.2";
  return { core: `libtensorflow_cc.${suffix}`, framework: `libtensorflow_framework.${suffix}` };
}

/** Looks whether a folder holds a library that the engine can use, without loading it. */
export async function inspectLibraryFolder(
  folder: string,
  os: string,
): Promise<Attempt<LibraryFolder>> {
  try {
    return await inspect(resolve(folder), os);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable || errorCode(error) !== undefined) {
      return { reason: `${folder} cannot be read: ${(error as Error).message}` };
    }
    throw error;
  }
}

async function inspect(folder: string, os: string): Promise<Attempt<LibraryFolder>> {
  const names = libraryNames(os);
  for (const name of [names.core, names.framework]) {
    if (!await isFile(join(folder, name))) return { reason: `${folder} holds no ${name}` };
  }
  const { package: packageName, version } = await readMetadata(folder);
  if (version !== "unknown" && !isSupportedVersion(version)) {
    return { reason: `${folder} holds version ${version}, but ${supportedVersions} is needed` };
  }
  return {
    found: {
      core: join(folder, names.core),
      framework: join(folder, names.framework),
      package: packageName,
      version,
      cuda: await readCudaFlag(folder),
    },
  };
}

// The distributions that install a folder named `tensorflow` with the two libraries in it. Others,
// such as tensorflow_datasets, have similar names and versions of their own.
const distribution =
  /^((?:intel_)?tensorflow(?:_cpu|_gpu|_cpu_aws|_macos|_rocm)?|tf_nightly(?:_cpu)?)-(\d[^-]*)\.dist-info$/;

async function readMetadata(
  folder: string,
): Promise<{ package: string | undefined; version: string }> {
  const matches: RegExpExecArray[] = [];
  if (basename(folder) === "tensorflow") {
    for await (const entry of Deno.readDir(dirname(folder))) {
      const match = distribution.exec(entry.name);
      if (match) matches.push(match);
    }
  }
  // Two distributions may lie over each other, and only the library itself knows which one won.
  const versions = new Set(matches.map((match) => match[2]));
  return {
    package: matches.length === 1 ? matches[0]?.[1]?.replaceAll("_", "-") : undefined,
    version: versions.size === 1 ? matches[0]?.[2] ?? "unknown" : "unknown",
  };
}

async function readCudaFlag(folder: string): Promise<boolean | undefined> {
  const path = join(folder, "python", "platform", "build_info.py");
  if (!await isFile(path)) return undefined;
  const match = /'is_cuda_build',\s*(True|False)/.exec(await Deno.readTextFile(path));
  return match ? match[1] === "True" : undefined;
}
