import { extname } from "node:path";
import { brownCorpus } from "./brown.ts";
import { jsonlFile } from "./jsonl_file.ts";
import { nearestNames } from "./nearest_name.ts";
import { parquetFile } from "./parquet_file.ts";
import { textFile } from "./text_file.ts";
import type { TextSource } from "./text_source.ts";
import { type FetchDatasetFile, type Split, wikitext2, wikitextFile } from "./wikitext.ts";

/** Options for {@linkcode openText}. */
export interface OpenTextOptions {
  /** The part of a corpus that is known by name. Default: `test`. */
  split?: Split;
  /** The field or column of a document in JSONL and Parquet files. Default: `text`. */
  field?: string;
  /** Gets files from the hub, for corpora that are there. */
  fetchFile?: FetchDatasetFile;
}

/** The corpora that are known by name. */
export const CORPUS_NAMES = ["brown", "wikitext-2"] as const;

/**
 * Opens a text by the name of a corpus or the path of a file.
 *
 * Files are known by their ends: `.txt` and `.md` are plain text, `.raw` is WikiText's layout, `.jsonl`
 * has a document a line, `.parquet` a document a row.
 *
 * @throws {RangeError} If the name is neither a known corpus nor a file; it offers the nearest names.
 * @throws {TypeError} If the corpus is on the hub and there is no `fetchFile`.
 */
export async function openText(name: string, options: OpenTextOptions = {}): Promise<TextSource> {
  const { split = "test", field = "text", fetchFile } = options;
  if (name === "brown") return brownCorpus(split);
  if (name === "wikitext-2") {
    if (fetchFile === undefined) {
      throw new TypeError(
        `Cannot open the corpus "${name}" without access to the hub: give 'fetchFile', or a local file`,
      );
    }
    return wikitext2(split, fetchFile);
  }
  await requireFile(name);
  switch (extname(name)) {
    case ".txt":
    case ".md":
      return textFile(name);
    case ".raw":
      return wikitextFile(name);
    case ".jsonl":
      return jsonlFile(name, { field });
    case ".parquet":
      return parquetFile(name, { column: field });
    default:
      throw new RangeError(
        `Cannot open the text ${
          JSON.stringify(name)
        }: its kind is not known by its end; rename it to end in .txt, .raw, .jsonl or .parquet`,
      );
  }
}

async function requireFile(name: string): Promise<void> {
  try {
    if ((await Deno.stat(name)).isFile) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const near = nearestNames(name, CORPUS_NAMES).map((other) => JSON.stringify(other));
  const offer = near.length > 0
    ? `did you mean ${near.join(" or ")}?`
    : `known corpora are ${CORPUS_NAMES.join(", ")}`;
  throw new RangeError(
    `Cannot open the text ${JSON.stringify(name)}: it is neither a corpus nor a file; ${offer}`,
  );
}
