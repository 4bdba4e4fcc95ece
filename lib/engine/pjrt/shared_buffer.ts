import type { PjrtBuffer } from "./client/buffer.ts";

/** A buffer of the device that several tensors may have. */
export class SharedBuffer {
  /** The buffer. */
  readonly buffer: PjrtBuffer;
  #owners = 1;

  /** Takes over a buffer. */
  constructor(buffer: PjrtBuffer) {
    this.buffer = buffer;
  }

  /** Whether only one tensor has it, so that a program may write into it. */
  get exclusive(): boolean {
    return this.#owners === 1;
  }

  /** The same buffer for one more tensor. */
  share(): SharedBuffer {
    this.#owners++;
    return this;
  }

  /** Gives it back; the last tensor frees it. */
  release(): void {
    if (--this.#owners === 0) this.buffer[Symbol.dispose]();
  }
}
