import { isMissing } from "./system_error.ts";

/**
 * Returns the size of a file in bytes, or `undefined` if there is no file of this path.
 *
 * @throws One of `Deno.errors` if the path cannot be looked at for another reason.
 */
export async function fileSize(path: string): Promise<number | undefined> {
  try {
    const info = await Deno.stat(path);
    return info.isFile ? info.size : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
