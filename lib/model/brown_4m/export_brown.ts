/**
 * Writes a part of the Brown corpus to stdout for the Python scripts beside this file, so that they see
 * the very split and the very tokens that the project trains and measures on.
 *
 *     deno run --allow-env --allow-read export_brown.ts documents|text|packed train|validation|test
 *
 * - `documents`: each document as a line of JSON, `{"text": …}`
 * - `text`: token ids in one line, as `perplexity()` makes them: documents joined by a blank line
 * - `packed`: token ids in one line, as `encodeDocuments()` packs them for training: EOS after each document
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { brownCorpus } from "../../data/brown.ts";
import { encodeDocuments } from "../../data/encode_documents.ts";
import { loadTokenizer } from "../../data/load_tokenizer.ts";
import { readText, type TextSource } from "../../data/text_source.ts";
import type { Split } from "../../data/wikitext.ts";

const FORMS = { documents: documentLines, text: textIds, packed: packedIds };
const SPLITS: readonly Split[] = ["train", "validation", "test"];

function ownTokenizer(): ReturnType<typeof loadTokenizer> {
  return loadTokenizer(fileURLToPath(new URL(".", import.meta.url)));
}

async function* documentLines(source: TextSource): AsyncGenerator<string> {
  for await (const text of source.documents()) yield JSON.stringify({ text });
}

async function* textIds(source: TextSource): AsyncGenerator<string> {
  yield (await ownTokenizer()).encode(await readText(source)).join(" ");
}

async function* packedIds(source: TextSource): AsyncGenerator<string> {
  yield (await encodeDocuments(source, await ownTokenizer())).join(" ");
}

function choose<Name extends string>(name: string | undefined, names: readonly Name[]): Name {
  const found = names.find((other) => other === name);
  if (found !== undefined) return found;
  throw new RangeError(
    `Cannot export the Brown corpus: unknown choice ${JSON.stringify(name)}; there are ${
      names.join(", ")
    }`,
  );
}

if (import.meta.main) {
  const form = choose(Deno.args[0], Object.keys(FORMS) as (keyof typeof FORMS)[]);
  const source = brownCorpus(choose(Deno.args[1], SPLITS));
  const lines = ReadableStream.from(FORMS[form](source)).pipeThrough(
    new TransformStream<string, string>({
      transform: (line, controller) => controller.enqueue(`${line}\n`),
    }),
  );
  await lines.pipeThrough(new TextEncoderStream()).pipeTo(Deno.stdout.writable);
}
