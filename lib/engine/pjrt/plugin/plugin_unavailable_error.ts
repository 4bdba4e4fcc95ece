import type { PluginReport } from "./find_plugin.ts";

/** Options for {@linkcode PluginUnavailableError}. */
export interface PluginUnavailableErrorOptions extends ErrorOptions {
  /** What the search said of each place before it gave up. */
  reasons?: readonly PluginReport[];
}

/**
 * A PJRT plugin is not on this machine and could not be fetched.
 *
 * The message is one sentence and names the remedy. Callers catch it to fall back to another backend.
 */
export class PluginUnavailableError extends Error {
  override readonly name = "PluginUnavailableError";
  /** What the search said of each place before it gave up. */
  readonly reasons: readonly PluginReport[];

  /** Makes the error with what the search found. */
  constructor(message: string, options: PluginUnavailableErrorOptions = {}) {
    const { reasons = [], ...rest } = options;
    super(message, rest);
    this.reasons = reasons;
  }
}
