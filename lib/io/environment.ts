/** Reads an environment variable; an empty one counts as not set. */
export type ReadVariable = (name: string) => string | undefined;

/** Reads a variable of this process's environment. */
export function readVariable(name: string): string | undefined {
  return Deno.env.get(name) || undefined;
}

/** Whether the user switched downloads off, by `QATLAB_OFFLINE=1`. */
export function isOffline(env: ReadVariable = readVariable): boolean {
  return env("QATLAB_OFFLINE") === "1";
}
