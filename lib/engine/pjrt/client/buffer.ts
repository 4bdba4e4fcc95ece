import { byteLength, type DType } from "../../dtype.ts";
import { STRUCTS } from "./layout.ts";
import type { Session } from "./session.ts";
import { Struct } from "./struct.ts";
import { type TensorType, typeText } from "./tensor_type.ts";

const LAYOUT_TILED = 0;

/** A tensor in a device's memory. */
export class PjrtBuffer implements Disposable, TensorType {
  readonly #session: Session;
  #address: bigint;
  #consumed = false;

  /** The element type. */
  readonly dtype: DType;
  /** The shape. */
  readonly shape: readonly number[];
  /** Bytes on the host, 4-bit elements in a byte each. */
  readonly byteLength: number;

  /** Takes over a buffer that the plugin made. */
  constructor(session: Session, address: bigint, { dtype, shape }: TensorType) {
    this.#session = session;
    this.#address = address;
    this.dtype = dtype;
    this.shape = shape;
    this.byteLength = byteLength(shape, dtype);
    session.keep(this);
  }

  /** Whether a program took the memory over for one of its outputs. */
  get consumed(): boolean {
    return this.#consumed;
  }

  /**
   * The address of the plugin's buffer.
   *
   * @throws {TypeError} If it was consumed or disposed.
   */
  get address(): bigint {
    if (this.#address !== 0n) return this.#address;
    const what = `Cannot use a buffer of ${typeText(this)}`;
    throw new TypeError(
      this.#consumed
        ? `${what}: it was donated to a program, which wrote an output over it: ` +
          `use that output, or do not donate the buffer`
        : `${what}: it was disposed`,
    );
  }

  /**
   * Copies the content to the host, elements in row-major order; waits until it is computed.
   *
   * @throws {PjrtError} If the program that computes it failed.
   */
  read(): Uint8Array<ArrayBuffer> {
    const { bytes, event } = this.#startRead();
    this.#session.api.wait(event);
    return this.#extended(bytes);
  }

  /** Marks it as taken over by a program, and frees what is left of it. */
  consume(): void {
    this.#consumed = true;
    this[Symbol.dispose]();
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    if (this.#address === 0n) return;
    const buffer = this.#address;
    this.#address = 0n;
    this.#session.forget(this);
    this.#session.api.call("Buffer_Destroy", { buffer });
  }

  // A device gives the four bits of an integer, and zeros above them where the sign belongs.
  #extended(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    return this.dtype === "int4" ? bytes.map((code) => code << 28 >> 28) : bytes;
  }

  #startRead(): { bytes: Uint8Array<ArrayBuffer>; event: bigint } {
    const bytes = new Uint8Array(this.byteLength);
    const args = this.#session.api.call("Buffer_ToHostBuffer", {
      src: this.address,
      // A null destination would ask for the size.
      dst: bytes.byteLength > 0 ? bytes : new Uint8Array(1),
      dst_size: Math.max(bytes.byteLength, 1),
      host_layout: rowMajor(this.shape.length),
    });
    return { bytes, event: args.address("event") };
  }
}

const rowMajors = new Map<number, Struct>();

// The device may order dimensions in another way, and would give its own order.
function rowMajor(rank: number): Struct {
  let layout = rowMajors.get(rank);
  if (!layout) rowMajors.set(rank, layout = makeRowMajor(rank));
  return layout;
}

function makeRowMajor(rank: number): Struct {
  const order = BigInt64Array.from({ length: rank }, (_, i) => BigInt(rank - 1 - i));
  const tiled = new Struct(STRUCTS.Buffer_MemoryLayout_Tiled, {
    minor_to_major: order,
    minor_to_major_size: rank,
  });
  return new Struct(STRUCTS.Buffer_MemoryLayout, { tiled, type: LAYOUT_TILED });
}
