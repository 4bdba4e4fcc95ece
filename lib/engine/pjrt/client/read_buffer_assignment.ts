import { join } from "node:path";
import { type BufferAssignment, parseBufferAssignment } from "./buffer_assignment.ts";

// Later versions of XLA write into three files what was one.
const SUFFIXES = [
  "-buffer-assignment.txt",
  "-buffer-assignment-values.txt",
  "-live-range.txt",
] as const;

/**
 * Reads the buffer assignment from a folder that one program was dumped to (`dumpTo`).
 *
 * @returns `undefined` where the compiler of the plugin wrote none.
 * @throws {SyntaxError} If the file holds something else.
 */
export async function readBufferAssignment(folder: string): Promise<BufferAssignment | undefined> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const files = SUFFIXES.map((suffix) => names.find((name) => name.endsWith(suffix)));
  if (files[0] === undefined) return undefined;
  const texts = files.map((name) =>
    name === undefined ? "" : Deno.readTextFile(join(folder, name))
  );
  return parseBufferAssignment((await Promise.all(texts)).join("\n"));
}
