/**
 * Reads the settings of a case; they come from outside, so their kinds are checked.
 *
 * @module
 */
import type { Attributes } from "./manifest.ts";

/** @throws {TypeError} If the attribute is not a number. */
export function numberOf(attributes: Attributes, name: string): number {
  const value = attributes[name];
  if (typeof value !== "number") throw wrong(name, "a number", value);
  return value;
}

/** @throws {TypeError} If the attribute is not an array of numbers. */
export function numbersOf(attributes: Attributes, name: string): number[] {
  const value = attributes[name];
  const isNumbers = Array.isArray(value) && value.every((item) => typeof item === "number");
  if (!isNumbers) throw wrong(name, "an array of numbers", value);
  return value;
}

/** @throws {TypeError} If the attribute is not an array of pairs of numbers. */
export function pairsOf(attributes: Attributes, name: string): [number, number][] {
  const value = attributes[name];
  if (!Array.isArray(value)) throw wrong(name, "an array of pairs", value);
  return value.map((_, i) => {
    const [first, second, ...more] = numbersOf(value as unknown as Attributes, `${i}`);
    if (first === undefined || second === undefined || more.length > 0) {
      throw wrong(name, "an array of pairs", value);
    }
    return [first, second];
  });
}

/** @throws {TypeError} If the attribute is neither true nor false. */
export function flagOf(attributes: Attributes, name: string): boolean {
  const value = attributes[name];
  if (typeof value !== "boolean") throw wrong(name, "true or false", value);
  return value;
}

/** @throws {TypeError} If the attribute is not a text. */
export function textOf(attributes: Attributes, name: string): string {
  const value = attributes[name];
  if (typeof value !== "string") throw wrong(name, "a text", value);
  return value;
}

function wrong(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(
    `Attribute '${name}' must be ${expected}: current value is ${JSON.stringify(value)}`,
  );
}
