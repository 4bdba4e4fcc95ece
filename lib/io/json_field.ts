import { FileFormatError, quoted } from "./errors.ts";
import { JsonReader } from "./json_reader.ts";

type Path = readonly (string | number)[];

/**
 * One value of a JSON file that others wrote, read with checks.
 *
 * Each reading method returns the value in its type or throws a {@linkcode FileFormatError} that
 * names the file, the field and the byte where the value stands.
 */
export class JsonField {
  readonly value: unknown;
  #file: JsonFile;
  #path: Path;

  private constructor(value: unknown, file: JsonFile, path: Path) {
    this.value = value;
    this.#file = file;
    this.#path = path;
  }

  /**
   * Parses a JSON text; equal keys in one object are an error.
   *
   * @throws {FileFormatError} If the text is not JSON.
   */
  static parse(text: string, path: string): JsonField {
    const reader = new JsonReader(text, (at, expected, found) => {
      const offset = byteOffset(text, at);
      return new FileFormatError(path, { where: "JSON text", offset, expected, found });
    });
    reader.skip();
    reader.end();
    return new JsonField(JSON.parse(text), { text, path }, []);
  }

  /** Whether the value is there and is not null. */
  get present(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** The field of an object; absent fields give a field whose `present` is false. */
  get(name: string): JsonField {
    const object = this.object();
    return this.#child(Object.hasOwn(object, name) ? object[name] : undefined, name);
  }

  /** The value as an object. Its names come from the file: read them by `Object.entries`. */
  object(): Record<string, unknown> {
    if (typeof this.value !== "object" || !this.present || Array.isArray(this.value)) {
      throw this.error("an object");
    }
    return this.value as Record<string, unknown>;
  }

  /** The value as an array. */
  array(): readonly unknown[] {
    if (!Array.isArray(this.value)) throw this.error("an array");
    return this.value;
  }

  /** The field of one item of an array. */
  item(index: number): JsonField {
    return this.#child(this.array()[index], index);
  }

  /** The fields of the items of an array. */
  items(): JsonField[] {
    return this.array().map((_, index) => this.item(index));
  }

  /** The value as a string. */
  string(): string {
    if (typeof this.value !== "string") throw this.error("a string");
    return this.value;
  }

  /** The value as a string that is one of some. */
  oneOf<const T extends string>(allowed: readonly T[]): T {
    const found = allowed.find((item) => item === this.value);
    if (found === undefined) throw this.error(`one of ${allowed.join(", ")}`);
    return found;
  }

  /** The value as a boolean; an absent one is `missing`. */
  boolean(missing: boolean): boolean {
    if (!this.present) return missing;
    if (typeof this.value !== "boolean") throw this.error("true or false");
    return this.value;
  }

  /** The value as an integer from 0. */
  index(): number {
    if (!Number.isSafeInteger(this.value) || Number(this.value) < 0) {
      throw this.error("an integer of at least 0");
    }
    return Number(this.value);
  }

  /** Makes the error that says what should have stood here. */
  error(expected: string, options: { found?: string; cause?: unknown } = {}): FileFormatError {
    const { text, path } = this.#file;
    const problem = {
      where: this.#path.length === 0 ? "the file" : `field ${quoted(this.#path.join("."))}`,
      offset: byteOffset(text, locate(text, this.#path)),
      expected,
      found: options.found ?? describe(this.value),
    };
    return new FileFormatError(path, problem, { cause: options.cause });
  }

  #child(value: unknown, name: string | number): JsonField {
    return new JsonField(value, this.#file, [...this.#path, name]);
  }
}

interface JsonFile {
  text: string;
  path: string;
}

// Positions are looked up only for messages: keeping one for every value would cost more than parsing.
function locate(text: string, path: Path): number {
  const reader = new JsonReader(text, (_at, expected) => new SyntaxError(expected));
  let position = 0;
  walk(0);
  return position;

  function walk(depth: number): void {
    position = reader.position;
    const step = path[depth];
    if (typeof step === "string") {
      reader.object((key) => key === step ? walk(depth + 1) : void reader.skip());
    } else if (typeof step === "number") {
      let index = 0;
      reader.array(() => index++ === step ? walk(depth + 1) : void reader.skip());
    } else {
      reader.skip();
    }
  }
}

function byteOffset(text: string, at: number): number {
  return new TextEncoder().encode(text.slice(0, at)).length;
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}
