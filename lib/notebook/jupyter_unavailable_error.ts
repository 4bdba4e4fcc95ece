/** Jupyter cannot be installed here; the message says why, and what to do. */
export class JupyterUnavailableError extends Error {
  override readonly name = "JupyterUnavailableError";
}
