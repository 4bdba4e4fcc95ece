import { join } from "node:path";
import { parquetFile } from "./parquet_file.ts";
import type { TextSource } from "./text_source.ts";
import { textFile } from "./text_file.ts";

/** A part of a corpus. */
export type Split = "train" | "validation" | "test";

/** A file of a data set on the hub. */
export interface DatasetFile {
  /** The data set, such as `Salesforce/wikitext`. */
  repo: string;
  /** The commit. */
  revision: string;
  /** The path in the data set. */
  path: string;
}

/** Gets a file of a data set and returns where it lies on this machine. */
export type FetchDatasetFile = (file: DatasetFile) => Promise<string>;

// The Parquet files have not changed since this commit of January 2024.
const WIKITEXT = {
  repo: "Salesforce/wikitext",
  revision: "b08601e04326c79dfdd32d625aee71d232d685c3",
};

/** WikiText-2, raw variant, from the hub; its documents are the rows of the data set. */
export function wikitext2(split: Split, fetchFile: FetchDatasetFile): TextSource {
  const name = `wikitext-2:${split}`;
  const path = `wikitext-2-raw-v1/${split}-00000-of-00001.parquet`;
  return {
    name,
    revision: WIKITEXT.revision,
    files: async () => [await fetchFile({ ...WIKITEXT, path })],
    async *documents() {
      yield* parquetFile(await fetchFile({ ...WIKITEXT, path }), { name }).documents();
    },
  };
}

const RAW_NAMES: Readonly<Record<Split, string>> = {
  train: "wiki.train.raw",
  validation: "wiki.valid.raw",
  test: "wiki.test.raw",
};

/**
 * WikiText-2 from a folder with the files of its first publication, `wiki.train.raw`, `wiki.valid.raw` and
 * `wiki.test.raw`: for machines that do not reach the hub.
 */
export function wikitextFolder(folder: string, split: Split): TextSource {
  return { ...wikitextFile(join(folder, RAW_NAMES[split])), name: `wikitext-2:${split}` };
}

/** WikiText-2 from a local file in the original layout, such as `wiki.test.raw`. */
export function wikitextFile(path: string): TextSource {
  return {
    name: path,
    files: () => Promise.resolve([path]),
    async *documents() {
      for await (const text of textFile(path).documents()) yield* wikitextRows(text);
    },
  };
}

/**
 * Returns the rows that the hub's data set has for a text in the original layout.
 *
 * Each line is a row: a line of white space is the empty string, any other keeps its spaces and its line
 * end. The papers' perplexity text is these rows joined by two line ends, which puts three or more
 * between paragraphs; joining the lines differently changes the perplexity.
 */
export function wikitextRows(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.trim() === "" ? "" : `${line}\n`);
}
