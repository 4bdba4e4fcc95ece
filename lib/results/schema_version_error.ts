/**
 * A results file is sound but of another version of its schema; it is refused rather than misread.
 *
 * Callers catch this class to tell it from a damaged file, which may be set aside.
 */
export class SchemaVersionError extends Error {
  override name = "SchemaVersionError";
  /** The path of the file. */
  readonly path: string;
  /** The version of the file. */
  readonly found: number;
  /** The only version that is read. */
  readonly expected: number;

  /** Builds the error for the file at `path`. */
  constructor(path: string, { found, expected }: { found: number; expected: number }) {
    super(
      `Cannot read ${JSON.stringify(path)}: it is of version ${found} of its schema, and this ` +
        `version of qatlab reads version ${expected}: ` +
        (found > expected
          ? "use the newer qatlab that wrote it"
          : "read it with the qatlab that wrote it, or move the results folder away and run the study again"),
    );
    this.path = path;
    this.found = found;
    this.expected = expected;
  }
}
