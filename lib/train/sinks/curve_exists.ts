/**
 * The step of a run's first checkpoint. A curve that ends there or before may be of a run that was
 * killed while it had saved nothing: starting it again loses nothing.
 */
export const SAVED_FROM = 1;

/** Makes the error for a new run whose curve's file holds the curve of another. */
export function curveExists(path: string, steps: number): Error {
  return new Deno.errors.AlreadyExists(
    `Cannot start a new curve in ${JSON.stringify(path)}: it holds a curve up to step ${steps}; ` +
      `resume that run, move the file away, give another path, or set 'replace' to lose it`,
  );
}
