import { join } from "node:path";
import { cacheFolder } from "../io/cache_folder.ts";
import { isOffline } from "../io/environment.ts";
import { lockFolder } from "../io/file_lock.ts";
import { isFolder } from "../io/path_kind.ts";
import { lastLine } from "../io/pip/last_line.ts";
import { pythonCommand } from "../io/pip/python_command.ts";
import { JupyterUnavailableError } from "./jupyter_unavailable_error.ts";

/** The Jupyter client and all that it needs, so that every machine runs the same. */
const PACKAGES = [
  "jupyter-client==8.10.0",
  "jupyter-core==5.9.1",
  "platformdirs==4.14.7",
  "python-dateutil==4.0.0",
  "pyzmq==27.3.0",
  "tornado==6.6.1",
  "traitlets==5.16.1",
  "typing_extensions==4.16.0",
];

/** Options for {@linkcode jupyterPackages}. */
export interface JupyterPackagesOptions {
  /** The folder for downloads; by default {@linkcode cacheFolder}. */
  readonly cache?: string;
  /** The command of Python 3. Default: `python3`. */
  readonly python?: string;
  /** Called once before something is installed. */
  readonly onInstall?: () => void;
  readonly signal?: AbortSignal;
}

/** Where Jupyter's client lies. */
export interface JupyterPackages {
  /** The command of Python 3. */
  readonly python: string;
  /** The folder of packages for its `sys.path`. */
  readonly folder: string;
}

/**
 * Jupyter's client in a folder of the project's own, installed by pip on first use.
 *
 * It is a plain folder of packages and not a virtual environment: it needs no `ensurepip`, which some
 * systems leave out, and touches nothing of the user's Python.
 *
 * @throws {JupyterUnavailableError} If Python or pip is missing, or pip cannot install.
 */
export async function jupyterPackages(
  options: JupyterPackagesOptions = {},
): Promise<JupyterPackages> {
  const { cache = cacheFolder(), python = "python3", onInstall, signal } = options;
  const parent = join(cache, "jupyter");
  const folder = join(parent, await folderName(python));
  if (await isFolder(folder)) return { python, folder };
  if (isOffline()) {
    throw new JupyterUnavailableError(
      "Cannot install Jupyter: downloads are switched off; unset QATLAB_OFFLINE",
    );
  }
  await Deno.mkdir(parent, { recursive: true });
  using _lock = await lockFolder(parent, { signal });
  // Another process may have installed it while this one waited.
  if (await isFolder(folder)) return { python, folder };
  onInstall?.();
  const target = await Deno.makeTempDir({ dir: parent, prefix: "installing-" });
  try {
    await install(python, target, signal);
    await Deno.rename(target, folder);
  } catch (error) {
    await Deno.remove(target, { recursive: true });
    throw error;
  }
  return { python, folder };
}

// Packages hold compiled parts, so each Python has its own; the pins are part of the name, too.
async function folderName(python: string): Promise<string> {
  const script = "import sysconfig; print(sysconfig.get_config_var('SOABI'))";
  const { code, stdout, stderr } = await outputOf(python, ["-I", "-c", script]);
  if (code !== 0) {
    throw new JupyterUnavailableError(
      `Cannot install Jupyter: ${python} does not work: ${lastLine(stderr)}`,
    );
  }
  const pins = new TextEncoder().encode(PACKAGES.join("\n"));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", pins)).slice(0, 6).toHex();
  return `${stdout.trim().replaceAll(/[^\w.-]/g, "-")}-${hash}`;
}

async function install(python: string, target: string, signal?: AbortSignal): Promise<void> {
  const { code, stderr } = await outputOf(python, [
    "-m",
    "pip",
    "install",
    ...PACKAGES,
    "--no-deps",
    "--only-binary=:all:",
    `--target=${target}`,
    "--no-input",
    "--progress-bar=off",
    "--disable-pip-version-check",
    "--quiet",
  ], signal);
  signal?.throwIfAborted();
  if (code === 0) return;
  throw new JupyterUnavailableError(
    `Cannot install Jupyter: check ${python}'s pip and the network (pip said: ${lastLine(stderr)})`,
  );
}

interface PythonOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function outputOf(
  python: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<PythonOutput> {
  try {
    const { code, stdout, stderr } = await pythonCommand(python, {
      args: [...args],
      stdin: "null",
      ...(signal && { signal }),
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new JupyterUnavailableError(
      `Cannot install Jupyter: ${python} is not on the PATH: install Python 3 with pip`,
      { cause },
    );
  }
}
