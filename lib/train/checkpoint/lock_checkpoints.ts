import { holdFolder } from "../../io/file_lock.ts";

/** A folder of checkpoints that this process alone may write into; the right ends with `using`. */
export interface CheckpointFolder extends Disposable {
  readonly path: string;
}

/**
 * Makes a folder of checkpoints if there is none, and takes the right to write into it.
 *
 * The right ends with the process, however that ends.
 *
 * @throws {Error} If another run holds it for more than three seconds.
 * @throws One of `Deno.errors` if the folder cannot be made or opened.
 */
export async function lockCheckpoints(path: string): Promise<CheckpointFolder> {
  const file = await holdFolder(path, { inUse: () => inUse(path) });
  return { path, [Symbol.dispose]: () => file.close() };
}

function inUse(path: string): Error {
  return new Error(
    `Cannot train into ${JSON.stringify(path)}: another run is writing its checkpoints there: ` +
      `wait until it has ended, or choose another folder`,
  );
}
