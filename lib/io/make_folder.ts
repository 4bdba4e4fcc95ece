import { isSystemError } from "./system_error.ts";

/**
 * Makes a folder, and those above it, if there is none.
 *
 * @throws {Error} If the system refuses; the message names the folder and the reason.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Error(
      `Cannot make the folder ${JSON.stringify(path)}: ${reasonOf(error)}: give another folder`,
      { cause: error },
    );
  }
}

function reasonOf(error: Error): string {
  const isFile = error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.AlreadyExists;
  // The system's own words end with the call, which the message tells already.
  return isFile
    ? "a file stands in its place or above it"
    : error.message.replace(/: mkdir .*/, "");
}
