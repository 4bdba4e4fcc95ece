/** A value of a file's metadata: its type number and its bytes. */
export interface RawValue {
  type: number;
  bytes: Uint8Array;
}

/** A tensor to write; what is left out is made right. */
export interface RawTensor {
  name: string;
  /** Sizes in the file's order, row length first. */
  sizes: readonly (number | bigint)[];
  type: number;
  data: Uint8Array;
  offset?: bigint;
}

/** What {@linkcode buildGguf} writes. */
export interface RawGguf {
  magic?: string;
  version?: number;
  tensorCount?: bigint;
  metadataCount?: bigint;
  metadata?: readonly (readonly [string, RawValue])[];
  tensors?: readonly RawTensor[];
  alignment?: number;
}

/** Builds the bytes of a GGUF file, right or wrong. */
export function buildGguf(file: RawGguf): Uint8Array<ArrayBuffer> {
  const { metadata = [], tensors = [], alignment = 32 } = file;
  const parts: Uint8Array[] = [
    utf8(file.magic ?? "GGUF"),
    uint32(file.version ?? 3),
    uint64(file.tensorCount ?? BigInt(tensors.length)),
    uint64(file.metadataCount ?? BigInt(metadata.length)),
  ];
  for (const [key, { type, bytes }] of metadata) parts.push(text(key), uint32(type), bytes);
  let offset = 0;
  for (const tensor of tensors) {
    parts.push(text(tensor.name), uint32(tensor.sizes.length));
    for (const size of tensor.sizes) parts.push(uint64(BigInt(size)));
    parts.push(uint32(tensor.type), uint64(tensor.offset ?? BigInt(offset)));
    offset += Math.ceil(tensor.data.length / alignment) * alignment;
  }
  for (const { data } of tensors) {
    parts.push(new Uint8Array((alignment - joinedLength(parts) % alignment) % alignment), data);
  }
  return joined(parts);
}

/** The number 32 bits wide. */
export function u32(value: number): RawValue {
  return { type: 4, bytes: uint32(value) };
}

/** The number 64 bits wide. */
export function u64(value: bigint): RawValue {
  return { type: 10, bytes: uint64(value) };
}

/** The float32 number. */
export function f32(value: number): RawValue {
  return { type: 6, bytes: new Uint8Array(Float32Array.of(value).buffer) };
}

/** The text. */
export function str(value: string): RawValue {
  return { type: 8, bytes: text(value) };
}

/** An array of items of one type; `length` may be wrong. */
export function arr(type: number, items: readonly Uint8Array[], length = items.length): RawValue {
  return { type: 9, bytes: joined([uint32(type), uint64(BigInt(length)), ...items]) };
}

/** The bytes of float32 values. */
export function floats(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** A text with its length in front. */
export function text(value: string): Uint8Array {
  const bytes = utf8(value);
  return joined([uint64(BigInt(bytes.length)), bytes]);
}

function utf8(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function uint32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function uint64(value: bigint): Uint8Array {
  return new Uint8Array(BigUint64Array.of(value).buffer);
}

function joinedLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(joinedLength(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
