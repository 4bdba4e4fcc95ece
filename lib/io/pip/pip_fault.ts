import { lastLine } from "./last_line.ts";
import { LibraryUnavailableError } from "./library_unavailable_error.ts";
import { diskFull, type StorageNeed } from "./storage_fault.ts";
import { type Wheel, wheelFile } from "./wheels.ts";

/** A run of pip that failed. */
export interface FailedPip {
  /** The command of Python 3. */
  readonly python: string;
  /** pip's exit code. */
  readonly code: number;
  /** pip's error output. */
  readonly stderr: string;
  /** Where pip wrote. */
  readonly storage: StorageNeed;
}

const networkSigns =
  /Retrying \(|Max retries|Connection|timed? ?out|name resolution|unreachable|SSLError|ProxyError|IncompleteRead/i;

/** Says what went wrong in a run of pip, and what to do. */
export function pipFault(wheel: Wheel, run: FailedPip): LibraryUnavailableError {
  const { python, code, stderr, storage } = run;
  if (/No space left on device|Errno 28\b/.test(stderr)) return diskFull(storage, stderr);
  const quoted = `pip said: ${lastLine(stderr)}`;
  return new LibraryUnavailableError(
    `Cannot fetch TensorFlow's library: ${remedy(wheel, { python, code, stderr })} (${quoted})`,
    { cause: stderr },
  );
}

function remedy(wheel: Wheel, run: Pick<FailedPip, "python" | "code" | "stderr">): string {
  const { python, code, stderr } = run;
  if (/No module named '?pip\b/.test(stderr)) {
    return `${python} has no pip: install it, e.g. with \`${python} -m ensurepip\` or the system's ` +
      `package python3-pip, or set QATLAB_TENSORFLOW`;
  }
  if (networkSigns.test(stderr)) {
    return `pip cannot reach its package index: check the network, the proxy and pip's ` +
      `configuration, or set QATLAB_TENSORFLOW`;
  }
  if (/No matching distribution/.test(stderr)) {
    return `pip's package index does not offer ${
      wheelFile(wheel)
    }: check pip's configuration, or ` +
      `set QATLAB_TENSORFLOW`;
  }
  return `pip ended with code ${code} instead of downloading ${
    wheelFile(wheel)
  }: remove the cause, ` +
    `or set QATLAB_TENSORFLOW`;
}
