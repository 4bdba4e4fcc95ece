/** An element type that the engine can hold. */
export type DType =
  | "float32"
  | "float16"
  | "bfloat16"
  | "float8e4m3fn"
  | "float8e5m2"
  | "float64"
  | "int32"
  | "int64"
  | "int16"
  | "int8"
  | "int4"
  | "uint8"
  | "uint4"
  | "bool"
  | "complex64"
  | "string"
  | "resource";

/** The element types that TF.js itself knows. */
export type TfjsDType = "float32" | "int32" | "bool" | "complex64" | "string";

/** What the engine knows of an element type. */
export interface DTypeInfo {
  /** The name. */
  readonly name: DType;
  /** The number in TensorFlow's `TF_DataType`. */
  readonly code: number;
  /** Bytes an element on the host, 4-bit types unpacked; 0 where elements have no fixed size. */
  readonly bytes: number;
  /** The type that TF.js believes a tensor of this type to have. */
  readonly face: TfjsDType;
}

const INFOS: readonly DTypeInfo[] = [
  { name: "float32", code: 1, bytes: 4, face: "float32" },
  { name: "float64", code: 2, bytes: 8, face: "float32" },
  { name: "int32", code: 3, bytes: 4, face: "int32" },
  { name: "uint8", code: 4, bytes: 1, face: "int32" },
  { name: "int16", code: 5, bytes: 2, face: "int32" },
  { name: "int8", code: 6, bytes: 1, face: "int32" },
  { name: "string", code: 7, bytes: 0, face: "string" },
  { name: "complex64", code: 8, bytes: 8, face: "complex64" },
  { name: "int64", code: 9, bytes: 8, face: "int32" },
  { name: "bool", code: 10, bytes: 1, face: "bool" },
  { name: "bfloat16", code: 14, bytes: 2, face: "float32" },
  { name: "float16", code: 19, bytes: 2, face: "float32" },
  { name: "resource", code: 20, bytes: 0, face: "string" },
  { name: "float8e5m2", code: 24, bytes: 1, face: "float32" },
  { name: "float8e4m3fn", code: 25, bytes: 1, face: "float32" },
  { name: "int4", code: 29, bytes: 1, face: "int32" },
  { name: "uint4", code: 30, bytes: 1, face: "int32" },
];

const BY_NAME = new Map<string, DTypeInfo>(INFOS.map((info) => [info.name, info]));
const BY_CODE = new Map(INFOS.map((info) => [info.code, info]));

/**
 * The facts of an element type.
 *
 * @throws {TypeError} If the name is unknown.
 */
export function dtypeInfo(name: DType): DTypeInfo {
  const info = BY_NAME.get(name);
  if (!info) {
    const known = [...BY_NAME.keys()].join(", ");
    throw new TypeError(`Unknown dtype '${name}': the engine knows ${known}`);
  }
  return info;
}

/**
 * The element type with a number of TensorFlow's `TF_DataType`.
 *
 * @throws {TypeError} If the engine has no such type.
 */
export function dtypeOfCode(code: number): DTypeInfo {
  const info = BY_CODE.get(code);
  if (!info) throw new TypeError(`The engine has no dtype for TensorFlow's data type ${code}`);
  return info;
}

/** Whether a text names an element type. */
export function isDType(name: string): name is DType {
  return BY_NAME.has(name);
}

/** Whether TF.js knows this type itself, so that its kernels may be trusted with the attributes. */
export function isTfjsDType(name: DType): boolean {
  return dtypeInfo(name).face === name;
}

/**
 * The type in which a tensor enters and leaves compiled functions.
 *
 * TensorFlow holds a 4-bit integer in a byte and XLA holds two, so bytes cross the border.
 */
export function boundaryType(name: DType): DType {
  return name === "int4" ? "int8" : name === "uint4" ? "uint8" : name;
}

/** Bytes that a tensor takes on the host. */
export function byteLength(shape: readonly number[], dtype: DType): number {
  return sizeOf(shape) * dtypeInfo(dtype).bytes;
}

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
