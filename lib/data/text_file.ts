import { decodeUtf8 } from "../io/utf8.ts";
import type { TextSource } from "./text_source.ts";

/** A plain text file in UTF-8 as one document; a byte order mark at its start is not text. */
export function textFile(path: string): TextSource {
  return {
    name: path,
    files: () => Promise.resolve([path]),
    async *documents() {
      const text = decodeUtf8(await Deno.readFile(path), { path, where: "the text", offset: 0 });
      yield text.startsWith("\ufeff") ? text.slice(1) : text;
    },
  };
}
