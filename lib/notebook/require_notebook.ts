/**
 * The namespace of the notebook's front end.
 *
 * @param what What cannot be done outside a notebook.
 * @throws {Error} If this is no Deno notebook.
 */
export function requireNotebook(what: string): typeof Deno.jupyter {
  try {
    // Outside a notebook the namespace throws when it is read.
    const { jupyter } = Deno;
    void jupyter.broadcast;
    return jupyter;
  } catch (cause) {
    throw new Error(`Cannot ${what} here: this program does not run in a Deno notebook`, { cause });
  }
}
