/**
 * The functions of `jsr:@std/assert` that the tests use, for machines that cannot reach JSR.
 *
 * `deno.json` links this folder in the place of the real package; without the `links` line the same
 * imports come from JSR. Each function here refuses at least what the real one refuses.
 */
import { isDeepStrictEqual } from "node:util";

/** A failed assertion. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error = Error> = abstract new (...args: any[]) => E;

/** Throws always. */
export function fail(message = "Failed unconditionally"): never {
  throw new AssertionError(message);
}

/** Throws unless `value` is truthy. */
export function assert(value: unknown, message = "Expected a truthy value"): asserts value {
  if (!value) fail(message);
}

/** Throws if `value` is truthy. */
export function assertFalse(value: unknown, message = "Expected a falsy value"): void {
  if (value) fail(message);
}

/** Throws unless both are equal in structure and values; `NaN` equals `NaN`. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  fail(withValues("Values are not equal", message, actual, expected));
}

/** Throws if both are equal in structure and values. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  if (isDeepStrictEqual(actual, expected)) {
    fail(withValues("Values should differ", message, actual, expected));
  }
}

/** Throws unless both are the same value or the same object. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T {
  if (!Object.is(actual, expected)) {
    fail(withValues("Values are not the same", message, actual, expected));
  }
}

/** Throws unless `|actual - expected| <= tolerance`, by default `1e-7`. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance = 1e-7,
  message?: string,
): void {
  if (Object.is(actual, expected) || Math.abs(actual - expected) <= tolerance) return;
  fail(withValues(`Values differ by more than ${tolerance}`, message, actual, expected));
}

/** Throws unless `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void {
  if (!(actual <= expected)) {
    fail(withValues("Expected actual <= limit", message, actual, expected));
  }
}

/** Throws unless `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void {
  if (!(actual >= expected)) {
    fail(withValues("Expected actual >= limit", message, actual, expected));
  }
}

/** Throws if `value` is `null` or `undefined`. */
export function assertExists<T>(
  value: T,
  message = "Expected a value",
): asserts value is NonNullable<T> {
  if (value === null || value === undefined) fail(message);
}

/** Throws unless `value` is an instance of `type`. */
export function assertInstanceOf<E extends Error>(
  value: unknown,
  type: ErrorClass<E>,
): asserts value is E {
  if (!(value instanceof type)) {
    fail(`Expected an instance of ${type.name}: current value is ${value}`);
  }
}

/** Throws unless `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  if (!actual.includes(expected)) fail(withValues("Text not found", message, actual, expected));
}

/** Throws unless `actual` matches `pattern`. */
export function assertMatch(actual: string, pattern: RegExp, message?: string): void {
  if (!pattern.test(actual)) fail(withValues("Pattern not found", message, actual, pattern));
}

/** Throws unless `run` throws an error of `type` whose message includes `text`; returns the error. */
export function assertThrows<E extends Error = Error>(
  run: () => unknown,
  type: ErrorClass<E> = Error as unknown as ErrorClass<E>,
  text = "",
): E {
  try {
    run();
  } catch (error) {
    return checkedError(error, type, text);
  }
  fail("Expected the function to throw");
}

/** Rejects unless `run` rejects with an error of `type` whose message includes `text`. */
export async function assertRejects<E extends Error = Error>(
  run: () => PromiseLike<unknown>,
  type: ErrorClass<E> = Error as unknown as ErrorClass<E>,
  text = "",
): Promise<E> {
  try {
    await run();
  } catch (error) {
    return checkedError(error, type, text);
  }
  fail("Expected the function to reject");
}

function checkedError<E extends Error>(error: unknown, type: ErrorClass<E>, text: string): E {
  assertInstanceOf(error, type);
  assertStringIncludes(error.message, text);
  return error;
}

function withValues(
  what: string,
  message: string | undefined,
  actual: unknown,
  expected: unknown,
): string {
  return `${message ? `${message}: ` : ""}${what}\n  actual: ${Deno.inspect(actual)}\n  expected: ${
    Deno.inspect(expected)
  }`;
}
