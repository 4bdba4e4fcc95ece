import { FileFormatError } from "./errors.ts";

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Where the text of {@linkcode decodeUtf8} comes from. */
export interface TextOrigin {
  /** The path of the file. */
  path: string;
  /** The part of the file that the text is. */
  where: string;
  /** The first byte of the text in the file. */
  offset: number;
}

/**
 * Decodes UTF-8 from a file, where wrong bytes are an error and not a replacement character.
 *
 * @throws {FileFormatError} If the bytes are not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array, { path, where, offset }: TextOrigin): string {
  try {
    return DECODER.decode(bytes);
  } catch (cause) {
    const problem = { where, offset, expected: "UTF-8", found: "other bytes" };
    throw new FileFormatError(path, problem, { cause });
  }
}
