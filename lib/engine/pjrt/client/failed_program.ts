import { createHash } from "node:crypto";
import { join } from "node:path";

/**
 * Keeps the text of a program that did not compile, under a name made of its content.
 *
 * @returns The path, or `undefined` where the folder cannot be written: the compiler's message, which
 *   is what matters, must still come through.
 */
export function keepFailedProgram(text: string, folder: string): string | undefined {
  const name = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const path = join(folder, `${name}.mlir`);
  try {
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(path, text);
    return path;
  } catch {
    return undefined;
  }
}
