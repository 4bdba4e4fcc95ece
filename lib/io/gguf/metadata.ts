import { quoted } from "../errors.ts";
import type { GgufCursor } from "./cursor.ts";

/** An array of numbers in a file's metadata. */
export type GgufNumbers =
  | Uint8Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>;

/**
 * A value in a file's metadata. A single 64-bit integer is a number where that is exact, else a bigint;
 * arrays of numbers are typed arrays.
 */
export type GgufValue =
  | number
  | bigint
  | boolean
  | string
  | GgufNumbers
  | readonly string[]
  | readonly boolean[]
  | readonly GgufValue[];

/** The longest key that the format allows, bytes. */
const MAX_KEY_BYTES = 65_535;

/** Arrays of arrays are rare; the limit keeps the recursion flat. */
const MAX_NESTING = 4;

/**
 * Values that a file may hold, arrays of numbers apart: eight times the largest vocabulary with merges.
 * A short value takes more memory than bytes in the file, so their number must be bounded by itself.
 */
const MAX_VALUES = 8_000_000;

/** What an array counts among the values, since an empty one takes about as much memory. */
const ARRAY_COST = 50;

const BOOL = 7;
const STRING = 8;
const ARRAY = 9;

interface NumbersConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): GgufNumbers;
}

/** The typed array of each number type, by its number in the file. */
const NUMBER_ARRAYS: ReadonlyMap<number, NumbersConstructor> = new Map<number, NumbersConstructor>([
  [0, Uint8Array],
  [1, Int8Array],
  [2, Uint16Array],
  [3, Int16Array],
  [4, Uint32Array],
  [5, Int32Array],
  [6, Float32Array],
  [10, BigUint64Array],
  [11, BigInt64Array],
  [12, Float64Array],
]);

/** The fewest bytes an item of a type takes in the file: bounds an array's length before it is built. */
const MIN_ITEM_BYTES = new Map([[BOOL, 1], [STRING, 8], [ARRAY, 12]]);

/**
 * Reads `count` pairs of key and value.
 *
 * @throws {FileFormatError} If a key is empty, too long or there twice, or a value breaks a rule.
 */
export function readMetadata(cursor: GgufCursor, count: number): Map<string, GgufValue> {
  const reader = new ValueReader(cursor);
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < count; i++) {
    cursor.where = `metadata ${i}`;
    const at = cursor.offset;
    const key = cursor.string(MAX_KEY_BYTES);
    if (key === "") throw cursor.problem(at, "a key", "an empty text");
    if (metadata.has(key)) throw cursor.problem(at, "keys that differ", `${quoted(key)} twice`);
    cursor.where = `metadata ${quoted(key)}`;
    metadata.set(key, reader.read(cursor.uint32(), 0));
  }
  return metadata;
}

class ValueReader {
  #cursor: GgufCursor;
  #valuesLeft = MAX_VALUES;

  constructor(cursor: GgufCursor) {
    this.#cursor = cursor;
  }

  read(type: number, nesting: number): GgufValue {
    this.#spend(1);
    if (type === STRING) return this.#cursor.string();
    if (type === BOOL) return this.#bool();
    if (type === ARRAY) return this.#array(nesting + 1);
    const [value] = this.#numbers(type, 1);
    if (typeof value !== "bigint") return value ?? NaN;
    const near = Number(value);
    return Number.isSafeInteger(near) ? near : value;
  }

  #bool(): boolean {
    const at = this.#cursor.offset;
    const value = this.#cursor.uint8();
    if (value > 1) throw this.#cursor.problem(at, "a truth value of 0 or 1", `${value}`);
    return value === 1;
  }

  #array(nesting: number): GgufValue {
    const cursor = this.#cursor;
    if (nesting > MAX_NESTING) {
      throw cursor.problem(cursor.offset, `at most ${MAX_NESTING} arrays deep`, "more");
    }
    this.#spend(ARRAY_COST);
    const type = cursor.uint32();
    const itemBytes = MIN_ITEM_BYTES.get(type) ?? this.#numberArray(type).BYTES_PER_ELEMENT;
    const most = Math.floor(Math.max(0, cursor.bytesLeft - 8) / itemBytes);
    const length = cursor.count("length", most);
    if (!MIN_ITEM_BYTES.has(type)) return this.#numbers(type, length);
    const items: GgufValue[] = [];
    for (let i = 0; i < length; i++) items.push(this.read(type, nesting));
    return items;
  }

  #numbers(type: number, length: number): GgufNumbers {
    const numbers = this.#numberArray(type);
    return new numbers(this.#cursor.copy(length * numbers.BYTES_PER_ELEMENT));
  }

  #numberArray(type: number): NumbersConstructor {
    const numbers = NUMBER_ARRAYS.get(type);
    if (numbers) return numbers;
    // The type number takes 4 bytes, which are behind the cursor.
    throw this.#cursor.problem(this.#cursor.offset - 4, "a value type from 0 to 12", `${type}`);
  }

  #spend(values: number): void {
    this.#valuesLeft -= values;
    if (this.#valuesLeft >= 0) return;
    throw this.#cursor.problem(this.#cursor.offset, `at most ${MAX_VALUES} values`, "more");
  }
}
