const ENGINE = new URL(".", import.meta.url).href;
const FRAME = /\(?((?:file|https?):\/\/.+:\d+:\d+)\)?$/;

/** Remembers the place of a call; the cost of reading it is paid only by {@linkcode callerOf}. */
export function markCall(): Error {
  const limit = Error.stackTraceLimit;
  // TF.js puts about fifteen frames between a user's call and a kernel.
  Error.stackTraceLimit = 40;
  const mark = new Error();
  Error.stackTraceLimit = limit;
  return mark;
}

/** The first place in a stack that lies neither in the engine nor in a package, as `file:line`. */
export function callerOf(mark: Error): string | undefined {
  for (const line of mark.stack?.split("\n") ?? []) {
    const place = FRAME.exec(line.trim())?.[1];
    if (place && !place.startsWith(ENGINE) && !place.includes("/node_modules/")) return place;
  }
  return undefined;
}

/** ` (called at file:line)`, or nothing where the caller is not known. */
export function calledAt(mark: Error | undefined): string {
  const caller = mark && callerOf(mark);
  return caller ? ` (called at ${caller})` : "";
}
