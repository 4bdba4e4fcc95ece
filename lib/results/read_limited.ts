import { FileFormatError } from "../io/errors.ts";

/** Ten million steps are 0.6 GB; a longer file would not fit the memory of a run beside it. */
const MAX_BYTES = 2 ** 30;

/**
 * Reads a whole results file.
 *
 * @throws {FileFormatError} If it is above 1 GiB, or no file.
 * @throws One of `Deno.errors` if it cannot be read.
 */
export async function readLimited(path: string): Promise<Uint8Array> {
  const { isFile, size } = await Deno.stat(path);
  if (isFile && size <= MAX_BYTES) return await Deno.readFile(path);
  const found = isFile ? `${size} bytes` : "something else";
  throw new FileFormatError(path, {
    where: "the path",
    expected: `a file of at most ${MAX_BYTES} bytes`,
    found,
  });
}
