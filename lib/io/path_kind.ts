import { fileSize } from "./file_size.ts";
import { isMissing } from "./system_error.ts";

/**
 * Whether a path is that of a file.
 *
 * @throws One of `Deno.errors` if the path cannot be looked at for another reason than that it is missing.
 */
export async function isFile(path: string): Promise<boolean> {
  return await fileSize(path) !== undefined;
}

/**
 * Whether a path is that of a folder.
 *
 * @throws One of `Deno.errors` if the path cannot be looked at for another reason than that it is missing.
 */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
