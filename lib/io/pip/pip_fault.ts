import { FilesUnavailableError } from "./files_unavailable_error.ts";
import { lastLine } from "./last_line.ts";
import { diskFull, type StorageNeed } from "./storage_fault.ts";
import { wheelFile } from "./wheel.ts";
import type { WheelFiles } from "./wheel_files.ts";

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
export function pipFault(files: WheelFiles, run: FailedPip): FilesUnavailableError {
  const { stderr, storage } = run;
  if (/No space left on device|Errno 28\b/.test(stderr)) return diskFull(storage, stderr);
  return new FilesUnavailableError(
    `Cannot fetch ${files.name}: ${fault(files, run)}, or ${files.otherwise} ` +
      `(pip said: ${lastLine(stderr)})`,
    { cause: stderr },
  );
}

function fault({ wheel }: WheelFiles, { python, code, stderr }: FailedPip): string {
  if (/No module named '?pip\b/.test(stderr)) {
    return `${python} has no pip: install it, e.g. with \`${python} -m ensurepip\` or the system's ` +
      `package python3-pip`;
  }
  if (networkSigns.test(stderr)) {
    return `pip cannot reach its package index: check the network, the proxy and pip's configuration`;
  }
  const file = wheelFile(wheel);
  if (/No matching distribution/.test(stderr)) {
    return `pip's package index does not offer ${file}: check pip's configuration`;
  }
  return `pip ended with code ${code} instead of downloading ${file}: remove the cause`;
}
