import { type DType, dtypeInfo } from "./dtype.ts";

/** Typed arrays that hold elements of a fixed size. */
export type HostArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint16Array
  | BigInt64Array;

/** A view of bytes as the elements that they hold; 16- and 8-bit floats as their bit patterns. */
export function viewAs(bytes: Uint8Array, dtype: DType): HostArray {
  const { buffer, byteOffset } = aligned(bytes, dtypeInfo(dtype).bytes);
  const length = bytes.byteLength / Math.max(1, dtypeInfo(dtype).bytes);
  switch (dtype) {
    case "float32":
      return new Float32Array(buffer, byteOffset, length);
    case "complex64":
      return new Float32Array(buffer, byteOffset, 2 * length);
    case "float64":
      return new Float64Array(buffer, byteOffset, length);
    case "int32":
      return new Int32Array(buffer, byteOffset, length);
    case "int64":
      return new BigInt64Array(buffer, byteOffset, length);
    case "int16":
      return new Int16Array(buffer, byteOffset, length);
    case "int8":
    case "int4":
      return new Int8Array(buffer, byteOffset, length);
    case "float16":
    case "bfloat16":
      return new Uint16Array(buffer, byteOffset, length);
    default:
      return bytes;
  }
}

function aligned(bytes: Uint8Array, width: number): Uint8Array {
  return width > 1 && bytes.byteOffset % width !== 0 ? bytes.slice() : bytes;
}

/** The bytes of what TF.js gives for a tensor of a type that it knows. */
export function bytesOf(values: ArrayLike<number> | ArrayBufferView, dtype: DType): Uint8Array {
  const array = dtype === "float32" || dtype === "complex64"
    ? values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>)
    : dtype === "int32"
    ? values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>)
    : ArrayBuffer.isView(values)
    ? values
    : Uint8Array.from(values, Number);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** The bytes of the element that all elements equal bit by bit, or `undefined`. */
export function uniformElement(bytes: Uint8Array, dtype: DType): Uint8Array | undefined {
  const elements = viewAs(bytes, dtype === "float32" ? "int32" : dtype);
  const [first] = elements;
  if (first === undefined || dtype === "complex64" || dtype === "float64") return undefined;
  for (let i = 1; i < elements.length; i++) if (elements[i] !== first) return undefined;
  return bytes.subarray(0, dtypeInfo(dtype).bytes);
}
