import type { Compiler } from "./compiler.ts";
import { tf } from "./tf.ts";

/**
 * Gives variables values of their own where a clone or another variable shares them: an update in place
 * would change those, too.
 *
 * Nothing is copied until one of them changes.
 */
export function ownVariables(variables: readonly tf.Variable[], compiler: Compiler): void {
  const backend = tf.backend();
  for (const variable of variables) {
    if (backend.refCount(variable.dataId) <= 1) continue;
    const own = compiler.share(variable);
    variable.assign(own);
    own.dispose();
  }
}
