/**
 * Files of a Python package are not on this machine and could not be fetched.
 *
 * The message is one sentence and names the remedy. Callers catch it to do without the files.
 */
export class FilesUnavailableError extends Error {
  override name = "FilesUnavailableError";
}
