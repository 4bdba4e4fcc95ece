import { createHash } from "node:crypto";
import { canonicalJson } from "../io/config_hash.ts";
import { FileFormatError } from "../io/errors.ts";
import { JsonField } from "../io/json_field.ts";

/** The key of the schema's metadata under which the sha256 of the sibling files stand. */
export const SEALS_KEY = "qatlab.siblings";

/** The sha256 of the files of steps and of layers that belong to a file of runs. */
export interface Seals {
  readonly curves: string;
  readonly layers: string;
}

/** Returns the seals of two files as JSON. */
export function sealsText(curves: Uint8Array, layers: Uint8Array): string {
  return canonicalJson({ curves: sha256(curves), layers: sha256(layers) });
}

/**
 * Reads what {@linkcode sealsText} gave.
 *
 * @throws {FileFormatError} If there is nothing of the kind.
 */
export function parseSeals(text: string | undefined, path: string): Seals {
  const root = JsonField.parse(text ?? "null", path);
  return { curves: root.get("curves").string(), layers: root.get("layers").string() };
}

/** A sibling file, and what its file of runs says of it. */
export interface Sealed {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly seal: string;
}

/**
 * Checks that a file is the one that was sealed.
 *
 * @throws {FileFormatError} If it is another.
 */
export function checkSeal({ bytes, path, seal }: Sealed): void {
  const found = sha256(bytes);
  if (found === seal) return;
  const expected = `the file that was written with its file of runs, of sha256 ${seal}`;
  throw new FileFormatError(path, { where: "the content", expected, found });
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
