import { FileFormatError, quoted } from "../io/errors.ts";

/** The metadata of a GGUF file: names and values, arrays as arrays or typed arrays. */
export type GgufMetadata = ReadonlyMap<string, unknown>;

/** Where the metadata of {@linkcode GgufFields} comes from. */
export interface GgufOrigin {
  /** The path of the file, for messages. */
  path: string;
  /** The byte of the file at which the value of a field stands. Default: 0, the file's header. */
  offsetOf?: (name: string) => number;
}

/** Reads fields of GGUF metadata with checks. */
export class GgufFields {
  #metadata: GgufMetadata;
  #origin: GgufOrigin;

  constructor(metadata: GgufMetadata, origin: GgufOrigin) {
    this.#metadata = metadata;
    this.#origin = origin;
  }

  /** The path of the file. */
  get path(): string {
    return this.#origin.path;
  }

  /** Whether a field is there. */
  has(name: string): boolean {
    return this.#metadata.has(name);
  }

  /** A field that is a string. */
  string(name: string): string {
    const value = this.#metadata.get(name);
    if (typeof value !== "string") throw this.error(name, "a string", describe(value));
    return value;
  }

  /** A field that is a boolean; an absent one is `missing`. */
  boolean(name: string, missing: boolean): boolean {
    const value = this.#metadata.get(name);
    if (value === undefined) return missing;
    if (typeof value !== "boolean") throw this.error(name, "true or false", describe(value));
    return value;
  }

  /** A field that is a token id; undefined if it is absent. */
  tokenId(name: string, vocabSize: number): number | undefined {
    const value = this.#metadata.get(name);
    if (value === undefined) return undefined;
    const id = typeof value === "bigint" ? Number(value) : value;
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= vocabSize) {
      throw this.error(name, `a token id below ${vocabSize}`, describe(value));
    }
    return id;
  }

  /** A field that is an array of strings. */
  strings(name: string): readonly string[] {
    const value = this.#metadata.get(name);
    if (!Array.isArray(value)) throw this.error(name, "an array of strings", describe(value));
    const wrong = value.findIndex((item) => typeof item !== "string");
    if (wrong >= 0) throw this.error(`${name}[${wrong}]`, "a string", describe(value[wrong]));
    return value;
  }

  /** A field that is an array of `length` finite numbers. */
  numbers(name: string, length: number): ArrayLike<number> {
    const value = this.#metadata.get(name);
    const isArray = Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
    if (!isArray) throw this.error(name, "an array of numbers", describe(value));
    const numbers = value as ArrayLike<unknown>;
    if (numbers.length !== length) {
      throw this.error(name, `${length} numbers, one a token`, `${numbers.length}`);
    }
    for (let k = 0; k < length; k++) {
      if (!Number.isFinite(numbers[k])) {
        throw this.error(`${name}[${k}]`, "a finite number", describe(numbers[k]));
      }
    }
    return numbers as ArrayLike<number>;
  }

  /** Makes the error that says what should have stood in a field. */
  error(name: string, expected: string, found: string): FileFormatError {
    const { path, offsetOf } = this.#origin;
    const offset = offsetOf?.(name.replace(/\[\d+\]$/, ""));
    return new FileFormatError(path, {
      where: `metadata ${quoted(name)}`,
      ...(offset === undefined ? {} : { offset }),
      expected,
      found,
    });
  }
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return "an array";
  return String(value).slice(0, 80);
}
