/** Makes the bytes of a safetensors file with any header text, right or wrong. */
export function safetensorsBytes(header: string, dataLength: number): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** The bytes that `fixtures/make_safetensors.py` gives a tensor. */
export function patternBytes(count: number, dtype: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: count }, (_, i) => (37 * i + 11) & (dtype === "BOOL" ? 1 : 255));
}
