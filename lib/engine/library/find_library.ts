import { dirname, join, resolve } from "node:path";
import { findCacheFolder } from "../../io/cache_folder.ts";
import { isOffline } from "../../io/environment.ts";
import type { FetchStepOptions } from "../../io/pip/fetch_progress.ts";
import { findPythonPackages } from "../../io/pip/python_packages.ts";
import { LibraryUnavailableError } from "./library_unavailable_error.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { findNvidiaLibraries, type NvidiaLibraries } from "./nvidia_libraries.ts";
import { type Found, type Search, type Source, sources } from "./sources.ts";
import type { SourceReport, TensorflowLibrary } from "./tensorflow_library.ts";

/** Options for {@linkcode findLibrary}. */
export interface FindLibraryOptions extends FetchStepOptions {
  /** Whether the library must have CUDA kernels; by default it may. */
  cuda?: boolean;
  /** Whether a missing library is downloaded; by default it is, unless `QATLAB_OFFLINE=1` is set. */
  fetch?: boolean;
  /** The cache folder; by default as {@linkcode findCacheFolder} says. */
  cacheDir?: string;
}

/**
 * Finds TensorFlow's library on this machine, or fetches it.
 *
 * In this order: the folder that `QATLAB_TENSORFLOW` names; an installed Python package; the cache;
 * a pinned wheel that pip downloads, of which only the two libraries are kept. Nothing is loaded,
 * and no code of TensorFlow's Python package is run.
 *
 * @throws {LibraryUnavailableError} If it cannot be had; the message names the remedy.
 * @throws The signal's reason, if it is aborted.
 */
export function findLibrary(options: FindLibraryOptions = {}): Promise<TensorflowLibrary> {
  return findLibraryOn(thisMachine(), options);
}

/** As {@linkcode findLibrary}, on a machine that the caller describes. */
export async function findLibraryOn(
  machine: Machine,
  options: FindLibraryOptions = {},
): Promise<TensorflowLibrary> {
  const search = startSearch(machine, options);
  const reasons: SourceReport[] = [];
  for (const source of sources) {
    options.signal?.throwIfAborted();
    const attempt = await look(source, { search, reasons });
    if ("found" in attempt) return await describe(attempt.found, { search, reasons });
  }
  throw new LibraryUnavailableError(
    `Cannot find TensorFlow's library: ${reasons.at(-1)?.reason}: install the Python package ` +
      `tensorflow 2.21, or set QATLAB_TENSORFLOW to a folder that holds the library`,
    { reasons },
  );
}

interface SearchState {
  search: Search;
  reasons: SourceReport[];
}

function startSearch(machine: Machine, options: FindLibraryOptions): Search {
  const names = ["tensorflow", "nvidia"] as const;
  const { signal } = options;
  let packages: ReturnType<Search["packages"]> | undefined;
  const cacheDir = options.cacheDir ?? findCacheFolder(machine);
  return {
    machine,
    cuda: options.cuda ?? false,
    fetch: options.fetch ?? !isOffline(machine.env),
    // pip works in another folder, where a relative path would mean another place.
    cacheDir: cacheDir && resolve(cacheDir),
    step: { onProgress: options.onProgress, signal },
    packages: () => packages ??= findPythonPackages(machine.python, { names, signal }),
  };
}

async function look(
  source: Source,
  { search, reasons }: SearchState,
): ReturnType<Source["look"]> {
  try {
    const attempt = await source.look(search);
    const taken = "found" in attempt;
    const reason = taken ? `found ${attempt.found.library.core}` : attempt.reason;
    reasons.push({ source: source.name, taken, reason });
    return attempt;
  } catch (error) {
    if (!(error instanceof LibraryUnavailableError)) throw error;
    reasons.push({ source: source.name, taken: false, reason: error.message });
    throw new LibraryUnavailableError(error.message, { cause: error.cause, reasons });
  }
}

async function describe(
  { library, origin }: Found,
  { search, reasons }: SearchState,
): Promise<TensorflowLibrary> {
  const { core, framework, version } = library;
  const cuda = library.cuda ?? search.cuda;
  const nvidia = cuda ? await nvidiaLibraries(dirname(core), search) : undefined;
  return {
    core,
    framework,
    version,
    cuda,
    preload: nvidia?.preload ?? [],
    cudaDataDir: nvidia?.cudaDataDir,
    origin,
    reasons: nvidia ? [...reasons, nvidiaReport(nvidia, search)] : reasons,
  };
}

async function nvidiaLibraries(folder: string, search: Search): Promise<NvidiaLibraries> {
  const packages = await search.packages();
  // The library may come from an environment that is not the one of python3.
  const beside = join(dirname(folder), "nvidia");
  return await findNvidiaLibraries([
    beside,
    ..."found" in packages ? packages.found.nvidia : [],
  ]);
}

// Not an error: the system may have its own CUDA, and a library with CUDA runs on the CPU too.
function nvidiaReport({ missing }: NvidiaLibraries, { machine }: Search): SourceReport {
  const source = "NVIDIA's Python packages";
  if (missing.length === 0) return { source, taken: true, reason: "all are installed" };
  return {
    source,
    taken: false,
    reason: `not found: ${missing.join(", ")}: for a GPU, unless the system has CUDA 12 and ` +
      `cuDNN 9, run \`${machine.python} -m pip install ${missing.join(" ")}\``,
  };
}
