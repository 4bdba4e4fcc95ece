const decoder = new TextDecoder();

/** A copy of the bytes at an address. */
export function bytesAt(address: bigint, length: number): Uint8Array<ArrayBuffer> {
  const pointer = Deno.UnsafePointer.create(address);
  if (pointer === null || length === 0) return new Uint8Array();
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(pointer, length).slice(0));
}

/** The text of so many bytes at an address. */
export function textAt(address: bigint, length: number): string {
  return decoder.decode(bytesAt(address, length));
}

/** The list of addresses, or of other 64-bit numbers, at an address. */
export function wordsAt(address: bigint, count: number): BigInt64Array<ArrayBuffer> {
  return new BigInt64Array(bytesAt(address, 8 * count).buffer);
}

/** The list of 32-bit numbers at an address. */
export function intsAt(address: bigint, count: number): Int32Array<ArrayBuffer> {
  return new Int32Array(bytesAt(address, 4 * count).buffer);
}
