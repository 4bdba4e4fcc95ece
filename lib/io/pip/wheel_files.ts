import type { Wheel } from "./wheel.ts";

/** Files of a pinned wheel that the cache keeps, and the words in which messages speak of them. */
export interface WheelFiles {
  /** The wheel that holds them. */
  readonly wheel: Wheel;
  /** Their paths in the wheel; in the cache they lie side by side, so their names differ. */
  readonly paths: readonly string[];
  /** The size of all of them in bytes, unpacked. */
  readonly unpackedBytes: number;
  /** The folder below the cache folder, e.g. `tensorflow`. */
  readonly section: string;
  /** What they are, e.g. `TensorFlow's library`. */
  readonly name: string;
  /** What the user can do where they cannot be fetched, e.g. `set A to a folder that holds it`. */
  readonly otherwise: string;
}

/** One pinned file of a Python package. */
export interface PackageFile extends Omit<WheelFiles, "paths"> {
  /** Its path in the wheel; the first part is the name by which a program imports the package. */
  readonly path: string;
  /** Its own SHA-256, in lower-case hexadecimal digits. */
  readonly sha256: string;
}
