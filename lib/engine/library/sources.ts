import type { Attempt } from "../../io/pip/attempt.ts";
import type { FetchStepOptions } from "../../io/pip/fetch_progress.ts";
import type { PythonPackages } from "../../io/pip/python_packages.ts";
import { findCachedLibrary } from "./cached_library.ts";
import { inspectLibraryFolder, type LibraryFolder } from "./library_folder.ts";
import { LibraryUnavailableError } from "./library_unavailable_error.ts";
import type { Machine } from "./machine.ts";
import { platformWheel, type TensorflowWheel } from "./wheels.ts";

/** One search for the library. */
export interface Search {
  readonly machine: Machine;
  /** Whether only a library with CUDA kernels will do. */
  readonly cuda: boolean;
  /** Whether a download is allowed. */
  readonly fetch: boolean;
  /** The cache folder, if one is known. */
  readonly cacheDir: string | undefined;
  readonly step: FetchStepOptions;
  /** Asks Python where the packages lie, at most once. */
  packages(): Promise<Attempt<PythonPackages<"tensorflow" | "nvidia">>>;
}

/** A library and where it came from. */
export interface Found {
  readonly library: LibraryFolder;
  readonly origin: string;
}

/** A place that may have the library. */
export interface Source {
  readonly name: string;
  look(search: Search): Promise<Attempt<Found>>;
}

const variable = "QATLAB_TENSORFLOW";

/** The sources in the order of the search; the first that has the library wins. */
export const sources: readonly Source[] = [
  { name: `environment variable ${variable}`, look: lookInEnvironment },
  { name: "Python package", look: lookInPython },
  { name: "cache", look: lookInCache },
  { name: "pip download", look: download },
];

// A folder that the user names must do: another library in its place would be a surprise.
async function lookInEnvironment(search: Search): Promise<Attempt<Found>> {
  const folder = search.machine.env(variable);
  if (folder === undefined) return { reason: `${variable} is not set` };
  const attempt = withCuda(await inspectLibraryFolder(folder, search.machine.os), search);
  if ("found" in attempt) {
    return { found: { library: attempt.found, origin: `environment variable ${variable}` } };
  }
  throw new LibraryUnavailableError(
    `Cannot take TensorFlow's library from ${variable}: ${attempt.reason}: set it to a folder ` +
      `that holds a suitable library, or unset it`,
  );
}

async function lookInPython(search: Search): Promise<Attempt<Found>> {
  const packages = await search.packages();
  if ("reason" in packages) return packages;
  const reasons: string[] = [];
  for (const folder of packages.found.tensorflow) {
    const attempt = withCuda(await inspectLibraryFolder(folder, search.machine.os), search);
    if ("found" in attempt) {
      const { package: name = "tensorflow", version } = attempt.found;
      return { found: { library: attempt.found, origin: `Python package ${name} ${version}` } };
    }
    reasons.push(attempt.reason);
  }
  return { reason: reasons.join("; ") || `${search.machine.python} has no package tensorflow` };
}

async function lookInCache(search: Search): Promise<Attempt<Found>> {
  if (search.cacheDir === undefined) return { reason: noCacheFolder };
  const reasons: string[] = [];
  for (const wheel of suitableWheels(search)) {
    const attempt = await findCachedLibrary(search.cacheDir, wheel);
    if ("found" in attempt) return { found: { library: attempt.found, origin: "cache" } };
    reasons.push(attempt.reason);
  }
  return { reason: reasons[0] ?? noWheel(search) };
}

async function download(search: Search): Promise<Attempt<Found>> {
  const { machine, cacheDir, step } = search;
  const [wheel] = suitableWheels(search);
  if (wheel === undefined) return { reason: noWheel(search) };
  if (!search.fetch) return { reason: "downloads are switched off" };
  if (cacheDir === undefined) return { reason: noCacheFolder };
  // Loaded only here: most starts need neither the archive reader nor the rest.
  const { fetchLibrary } = await import("./fetch_library.ts");
  const { python } = machine;
  const { library, downloaded } = await fetchLibrary(wheel, { ...step, cacheDir, python });
  return { found: { library, origin: downloaded ? "fetched wheel" : "cache" } };
}

const noCacheFolder = "no cache folder is known: neither QATLAB_CACHE nor HOME is set";

function noWheel({ machine: { os, arch }, cuda }: Search): string {
  return `there is no ${cuda ? "CUDA " : ""}wheel for ${os} ${arch}`;
}

// A library with CUDA kernels runs on a CPU too, but is not downloaded for that.
function suitableWheels({ machine, cuda }: Search): TensorflowWheel[] {
  const { os, arch, wheels: from } = machine;
  const kinds = cuda ? [true] : [false, true];
  return kinds.flatMap((cuda) => platformWheel({ os, arch, cuda, from }) ?? []);
}

function withCuda(attempt: Attempt<LibraryFolder>, search: Search): Attempt<LibraryFolder> {
  if (!search.cuda || !("found" in attempt) || attempt.found.cuda !== false) return attempt;
  return { reason: `${attempt.found.core} was built without CUDA` };
}
