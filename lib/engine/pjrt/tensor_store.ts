import type { DType } from "../dtype.ts";
import type { TensorFacts, Tensors } from "../kernels/kernel_binding.ts";
import type { PjrtBuffer } from "./client/buffer.ts";
import { SharedBuffer } from "./shared_buffer.ts";

/** A tensor and where its values are; one with neither bytes nor buffer is hollow. */
export interface StoredTensor extends TensorFacts {
  /** Values on the host. */
  readonly bytes?: Uint8Array;
  /** Values on the device. */
  readonly buffer?: SharedBuffer;
  /** The element that all elements of a hollow tensor would equal, if that is known. */
  readonly element?: Uint8Array;
}

/** Whether a tensor has a shape and a type and no values. */
export function isHollow({ bytes, buffer }: StoredTensor): boolean {
  return bytes === undefined && buffer === undefined;
}

/** The tensors of a binding by their numbers: on the host, on the device, or hollow. */
export class TensorStore implements Tensors<StoredTensor> {
  readonly #tensors = new Map<number, StoredTensor>();
  #next = 1;

  get size(): number {
    return this.#tensors.size;
  }

  get(id: number): StoredTensor | undefined {
    return this.#tensors.get(id);
  }

  delete(id: number): void {
    this.#tensors.get(id)?.buffer?.release();
    this.#tensors.delete(id);
  }

  /** Adds values that wait on the host until a program needs them. */
  addBytes(shape: readonly number[], dtype: DType, bytes: Uint8Array): number {
    return this.#add({ shape, dtype, bytes });
  }

  /** Adds a buffer of the device, and takes it over. */
  addBuffer(buffer: PjrtBuffer): number {
    const { shape, dtype } = buffer;
    return this.#add({ shape, dtype, buffer: new SharedBuffer(buffer) });
  }

  /** Adds a tensor without values. */
  addHollow({ shape, dtype }: TensorFacts, element?: Uint8Array): number {
    return this.#add({ shape, dtype, ...(element && { element: element.slice() }) });
  }

  /** Adds a second number for a tensor. */
  addShared(stored: StoredTensor): number {
    return this.#add({ ...stored, ...(stored.buffer && { buffer: stored.buffer.share() }) });
  }

  /** Puts a tensor's values on the device, or new ones in the place of its old ones. */
  setBuffer(id: number, buffer: PjrtBuffer): SharedBuffer {
    const { shape, dtype } = buffer;
    const shared = new SharedBuffer(buffer);
    this.#tensors.get(id)?.buffer?.release();
    this.#tensors.set(id, { shape, dtype, buffer: shared });
    return shared;
  }

  /** Takes a tensor's values away. */
  setHollow(id: number, { shape, dtype }: TensorFacts): void {
    this.#tensors.get(id)?.buffer?.release();
    this.#tensors.set(id, { shape, dtype });
  }

  #add(stored: StoredTensor): number {
    this.#tensors.set(this.#next, stored);
    return this.#next++;
  }
}
