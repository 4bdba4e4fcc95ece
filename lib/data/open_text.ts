import { basename, extname } from "node:path";
import { readVariable } from "../io/environment.ts";
import { isFile } from "../io/path_kind.ts";
import { brownCorpus } from "./brown.ts";
import { jsonlFile } from "./jsonl_file.ts";
import { nearestNames } from "./nearest_name.ts";
import { parquetFile } from "./parquet_file.ts";
import { textFile } from "./text_file.ts";
import type { TextSource } from "./text_source.ts";
import {
  type FetchDatasetFile,
  type Split,
  wikitext2,
  wikitextFile,
  wikitextFolder,
} from "./wikitext.ts";

/** Options for {@linkcode openText}. */
export interface OpenTextOptions {
  /** The part of a corpus that is known by name. Default: `test`. */
  split?: Split;
  /** The field or column of a document in JSONL and Parquet files. Default: `text`. */
  field?: string;
  /** Gets files from the hub, for corpora that are there. */
  fetchFile?: FetchDatasetFile;
  /** Where WikiText-2 lies as `wiki.*.raw`. Default: what `QATLAB_WIKITEXT2` names, else it is on the hub. */
  wikitextFolder?: string;
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
  const folder = options.wikitextFolder ?? readVariable("QATLAB_WIKITEXT2");
  if (name === "brown") return brownCorpus(split);
  if (name === "wikitext-2") {
    if (folder) return await requireFolder(wikitextFolder(folder, split), folder);
    if (fetchFile === undefined) {
      throw new TypeError(
        `Cannot open the corpus "${name}" without access to the hub: give 'fetchFile', or 'wikitextFolder'`,
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

async function requireFolder(source: TextSource, folder: string): Promise<TextSource> {
  const [path = folder] = await source.files?.() ?? [];
  if (await isFile(path)) return source;
  throw new RangeError(
    `Cannot open the text "${source.name}": there is no ${basename(path)} in ${folder}, which ` +
      "QATLAB_WIKITEXT2 names; put it there, or unset it for the hub's",
  );
}

async function requireFile(name: string): Promise<void> {
  if (await isFile(name)) return;
  const near = nearestNames(name, CORPUS_NAMES).map((other) => JSON.stringify(other));
  const offer = near.length > 0
    ? `did you mean ${near.join(" or ")}?`
    : `known corpora are ${CORPUS_NAMES.join(", ")}`;
  throw new RangeError(
    `Cannot open the text ${JSON.stringify(name)}: it is neither a corpus nor a file; ${offer}`,
  );
}
