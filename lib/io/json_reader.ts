import { quoted } from "./errors.ts";

/** Makes the error for a wrong thing at a character of the text. */
export type JsonProblem = (at: number, expected: string, found: string) => Error;

/** Nesting that {@linkcode JsonReader.skip} follows; files of weights nest two or three levels. */
const MAX_DEPTH = 64;

/**
 * Reads JSON text value by value, in the order of the text.
 *
 * `JSON.parse` keeps the last of two equal keys and builds whatever a hostile text asks for. This
 * reader refuses equal keys, builds only what the caller asks for, and knows where each value stands.
 */
export class JsonReader {
  #text: string;
  #at = 0;
  #problem: JsonProblem;

  constructor(text: string, problem: JsonProblem) {
    this.#text = text;
    this.#problem = problem;
  }

  /** The character at which the next value stands. */
  get position(): number {
    this.#skipBlanks();
    return this.#at;
  }

  /** Reads an object; `readValue` must read the value of the key it is given. */
  object(readValue: (key: string) => void): void {
    const keys = new Set<string>();
    this.#list("{", "}", () => {
      const at = this.position;
      const key = this.string();
      if (keys.has(key)) throw this.#problem(at, "keys that differ", `${quoted(key)} twice`);
      keys.add(key);
      this.#take(":");
      readValue(key);
    });
  }

  /** Reads an array; `readItem` must read one item. */
  array(readItem: () => void): void {
    this.#list("[", "]", readItem);
  }

  /** Reads a string of well-formed Unicode. */
  string(): string {
    const start = this.position;
    if (this.#text[start] !== '"') throw this.#unexpected("a string");
    const end = this.#endOfString(start + 1);
    const value = this.#decode(start, end + 1);
    if (!value.isWellFormed()) {
      throw this.#problem(start, "Unicode text", `${quoted(value)} with half a surrogate pair`);
    }
    this.#at = end + 1;
    return value;
  }

  /** Reads an integer from 0 to 2^53 - 1, written with digits only. */
  integer(): number {
    const expected = `an integer from 0 to ${Number.MAX_SAFE_INTEGER}`;
    const digits = this.#match(/(?:0|[1-9][0-9]*)(?![.eE0-9])/y);
    if (digits === undefined) throw this.#unexpected(expected);
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) {
      throw this.#problem(this.#at - digits.length, expected, digits.slice(0, 40));
    }
    return value;
  }

  /** Reads any value and returns its text. */
  skip(depth = 0): string {
    const start = this.position;
    if (depth > MAX_DEPTH) throw this.#problem(start, `at most ${MAX_DEPTH} levels`, "more");
    const first = this.#text[start];
    if (first === "{") this.object(() => this.skip(depth + 1));
    else if (first === "[") this.array(() => this.skip(depth + 1));
    else if (first === '"') this.string();
    else if (
      this.#match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y) === undefined
    ) {
      throw this.#unexpected("a JSON value");
    }
    return this.#text.slice(start, this.#at);
  }

  /** Checks that only blanks follow. */
  end(): void {
    if (this.position < this.#text.length) throw this.#unexpected("the end of the JSON text");
  }

  #list(open: string, close: string, readItem: () => void): void {
    this.#take(open);
    if (this.#takeIf(close)) return;
    do readItem(); while (this.#takeIf(","));
    this.#take(close);
  }

  #take(sign: string): void {
    if (!this.#takeIf(sign)) throw this.#unexpected(quoted(sign));
  }

  #takeIf(sign: string): boolean {
    if (this.#text[this.position] !== sign) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #endOfString(from: number): number {
    for (let at = from; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 0x22) return at;
      if (code === 0x5c) at++;
      if (code < 0x20) throw this.#problem(at, "an escaped control character", `a raw ${code}`);
    }
    throw this.#problem(from - 1, "the end of the string", "the end of the JSON text");
  }

  #decode(start: number, end: number): string {
    const inner = this.#text.slice(start + 1, end - 1);
    if (!inner.includes("\\")) return inner;
    try {
      return JSON.parse(`"${inner}"`);
    } catch {
      throw this.#problem(start, "a JSON string", quoted(inner));
    }
  }

  #skipBlanks(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  }

  #unexpected(expected: string): Error {
    const rest = this.#text.slice(this.position, this.#at + 12);
    return this.#problem(
      this.#at,
      expected,
      rest === "" ? "the end of the JSON text" : quoted(rest),
    );
  }
}
