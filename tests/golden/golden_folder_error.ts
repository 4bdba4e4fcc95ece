/** A folder of golden vectors, or a case of it, is missing, unreadable or malformed. */
export class GoldenFolderError extends Error {
  override name = "GoldenFolderError";
}
