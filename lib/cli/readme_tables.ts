import { report, type Study } from "../../mod.ts";

/** A study and its short table, Markdown. */
export interface StudyTable {
  readonly study: Study;
  readonly table: string;
}

/** Options for {@linkcode fillIn}. */
export interface FillInOptions {
  /** The studies are all that there are: the file shows those that it chooses to. */
  readonly isAll: boolean;
}

/** A file that holds tables, with those that it has and those that it is to have. */
export interface FilledFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** The names of the studies that it shows. */
  readonly names: readonly string[];
}

/**
 * Puts tables between their markers in a file's text; writes nothing.
 *
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {RangeError} If a table that was named has no place there, or none has.
 */
export async function fillIn(
  path: string,
  tables: readonly StudyTable[],
  { isAll }: FillInOptions,
): Promise<FilledFile> {
  const before = await readFile(path);
  const shown = tables.filter(({ study }) =>
    !isAll || before.includes(`<!-- begin ${markedName(study)} -->`)
  );
  if (shown.length === 0) {
    throw new RangeError(
      `Cannot fill in ${path}: it has a place for no study: write the lines ` +
        `<!-- begin results STUDY --> and <!-- end results STUDY --> where a table is to stand`,
    );
  }
  const after = shown.reduce(
    (text, { study, table }) =>
      report.replaceMarked(text, { name: markedName(study), body: table }),
    before,
  );
  return { path, before, after, names: shown.map(({ study }) => study.name) };
}

function markedName({ name }: Study): string {
  return `results ${name}`;
}

async function readFile(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(
      `Cannot fill in ${path}: there is no such file: make it, or give another by --readme`,
      { cause: error },
    );
  }
}
