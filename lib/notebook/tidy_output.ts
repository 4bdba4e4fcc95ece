import { stripVTControlCharacters } from "node:util";
import type { MimeBundle, Output } from "./notebook.ts";

/** Options for {@linkcode tidyOutput}. */
export interface TidyOptions {
  /** Names for folders of this machine, the longest first: what stands in outputs instead. */
  readonly folders?: ReadonlyMap<string, string>;
}

/** An output as it is kept: no paths of this machine, no colours of a terminal. */
export function tidyOutput(output: Output, options: TidyOptions = {}): Output {
  const tidy = (text: string) => withoutPaths(stripVTControlCharacters(text), options);
  switch (output.output_type) {
    case "stream":
      return { ...output, text: tidy(output.text) };
    case "error":
      return { ...output, evalue: tidy(output.evalue), traceback: output.traceback.map(tidy) };
    default:
      return { ...output, data: tidyBundle(output.data, tidy) };
  }
}

// Pictures and figures are data and stay as they are.
function tidyBundle(data: MimeBundle, tidy: (text: string) => string): MimeBundle {
  return Object.fromEntries(
    Object.entries(data).map(([type, form]) => [
      type,
      type.startsWith("text/") && typeof form === "string" ? tidy(form) : form,
    ]),
  );
}

function withoutPaths(text: string, { folders = new Map() }: TidyOptions): string {
  let result = text;
  for (const [folder, name] of folders) {
    result = result.replaceAll(`file://${folder}`, name).replaceAll(folder, name);
  }
  return result;
}
