import type { MimeBundle } from "./notebook.ts";

/** What a notebook shows in the place of something that is not there. */
export interface Missing {
  /** One line: what is missing, and what makes it. */
  readonly missing: string;
}

/** The key under which an output says of itself that it stands for something missing. */
const KEY = "qatlab";

/** The metadata of an output that stands for something missing. */
export const MISSING_METADATA: Readonly<Record<string, unknown>> = { [KEY]: { missing: true } };

/** Whether an output stands for something missing. */
export function standsForMissing(metadata: MimeBundle): boolean {
  const own = metadata[KEY] as { readonly missing?: unknown } | undefined;
  return own?.missing === true;
}
