import type { DType } from "../../../dtype.ts";

/** How StableHLO writes an element type, and what arithmetic asks of it. */
export interface ElementType {
  /** For example `f32`. */
  readonly text: string;
  readonly kind: "float" | "signed" | "unsigned" | "bool" | "complex";
  /** Bits of an element. */
  readonly bits: number;
  /** The bit pattern of the lowest value of a floating type: -infinity where the type has it. */
  readonly lowest?: string;
  /** The bit pattern of the highest value of a floating type. */
  readonly highest?: string;
}

const TYPES: Partial<Record<DType, ElementType>> = {
  float64: float("f64", 64, "0xFFF0000000000000", "0x7FF0000000000000"),
  float32: float("f32", 32, "0xFF800000", "0x7F800000"),
  float16: float("f16", 16, "0xFC00", "0x7C00"),
  bfloat16: float("bf16", 16, "0xFF80", "0x7F80"),
  float8e5m2: float("f8E5M2", 8, "0xFC", "0x7C"),
  float8e4m3fn: float("f8E4M3FN", 8, "0xFE", "0x7E"),
  int64: { text: "i64", kind: "signed", bits: 64 },
  int32: { text: "i32", kind: "signed", bits: 32 },
  int16: { text: "i16", kind: "signed", bits: 16 },
  int8: { text: "i8", kind: "signed", bits: 8 },
  int4: { text: "i4", kind: "signed", bits: 4 },
  uint8: { text: "ui8", kind: "unsigned", bits: 8 },
  uint4: { text: "ui4", kind: "unsigned", bits: 4 },
  bool: { text: "i1", kind: "bool", bits: 1 },
  complex64: { text: "complex<f32>", kind: "complex", bits: 64 },
};

function float(text: string, bits: number, lowest: string, highest: string): ElementType {
  return { text, kind: "float", bits, lowest, highest };
}

/**
 * The facts of an element type.
 *
 * @throws {TypeError} If StableHLO has no such type.
 */
export function elementType(dtype: DType): ElementType {
  const type = TYPES[dtype];
  if (!type) throw new TypeError(`StableHLO has no element type for ${dtype}`);
  return type;
}

/** A tensor's shape and element type. */
export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A type as StableHLO writes it, for example `tensor<2x3xf32>`. */
export function typeText({ shape, dtype }: TensorType): string {
  return `tensor<${shape.map((length) => `${length}x`).join("")}${elementType(dtype).text}>`;
}

/** Whether a type holds floating-point numbers. */
export function isFloat(dtype: DType): boolean {
  return elementType(dtype).kind === "float";
}

/** Whether a type holds integers. */
export function isInteger(dtype: DType): boolean {
  return isSigned(dtype) || elementType(dtype).kind === "unsigned";
}

/** Whether a type holds integers with a sign. */
export function isSigned(dtype: DType): boolean {
  return elementType(dtype).kind === "signed";
}

/** The type in which many elements of a type are added up: narrow ones in 32 bits, as TensorFlow's XLA does. */
export function sumType(dtype: DType): DType {
  const { kind, bits } = elementType(dtype);
  if (bits >= 32 || kind === "bool") return dtype;
  return kind === "float" ? "float32" : "int32";
}
