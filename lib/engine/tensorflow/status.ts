import { textAt } from "./c_text.ts";
import type { Tensorflow } from "./symbols.ts";

// The names of TensorFlow's status codes that users meet.
const CODES: Readonly<Record<number, string>> = {
  1: "cancelled",
  3: "invalid argument",
  5: "not found",
  8: "out of memory",
  9: "failed precondition",
  12: "unimplemented",
  13: "internal",
};

/** An error that TensorFlow reported. */
export class TensorflowError extends Error {
  override readonly name = "TensorflowError";

  /** TensorFlow's status code, for example 8 where memory ran out. */
  readonly code: number;

  /** Makes the error of a status code. */
  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** TensorFlow's way of telling that a call failed. */
export class Status {
  readonly #library: Tensorflow;

  /** What calls take as their last argument. */
  readonly pointer: Deno.PointerValue;

  /** Makes a status, one for all calls of a thread. */
  constructor(library: Tensorflow) {
    this.#library = library;
    this.pointer = library.framework.TF_NewStatus();
  }

  /** Whether the last call succeeded. */
  get ok(): boolean {
    return this.#library.framework.TF_GetCode(this.pointer) === 0;
  }

  /**
   * Throws what the last call reported, if it failed.
   *
   * @throws {TensorflowError} With TensorFlow's own message after `what`.
   */
  check(what: () => string): void {
    const code = this.#library.framework.TF_GetCode(this.pointer);
    if (code === 0) return;
    const message = textAt(this.#library.framework.TF_Message(this.pointer)).trim();
    // The failed call must not fail the next one, which may not set the status.
    this.#library.framework.TF_SetStatus(this.pointer, 0, new Uint8Array(1));
    throw new TensorflowError(`${what()}: ${CODES[code] ?? `status ${code}`}: ${message}`, code);
  }
}
