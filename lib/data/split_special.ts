import type { AddedToken } from "./library_tokenizer.ts";

type Encoder = (text: string) => readonly number[];

/**
 * Returns an encoder that finds added tokens in a text first, the longest of those that begin at the
 * same place, and gives what lies between them to `encode`.
 */
export function splitSpecial(
  added: readonly Pick<AddedToken, "content" | "id">[],
  encode: Encoder,
): Encoder {
  if (added.length === 0) return (text) => text === "" ? [] : encode(text);
  const idOf = new Map(added.map(({ content, id }) => [content, id]));
  const words = [...idOf.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(${words.map((word) => RegExp.escape(word)).join("|")})`, "u");
  return (text) => {
    const ids: number[] = [];
    for (const part of text.split(pattern)) {
      if (part === "") continue;
      const id = idOf.get(part);
      if (id !== undefined) ids.push(id);
      else for (const inner of encode(part)) ids.push(inner);
    }
    return ids;
  };
}
