/**
 * The values that an element type can hold. Tensors on the fallback backends are float32, int32 or
 * bool; casting to another type brings their values to that type's.
 *
 * @module
 */
import { type DType, dtypeInfo, type TfjsDType } from "../dtype.ts";

/** A binary floating-point type, as IEEE 754 parameters. */
export interface FloatFormat {
  readonly kind: "float";
  /** Bits of the significand behind the point. */
  readonly mantissaBits: number;
  /** The exponent of the smallest normal number; below, the grid is even. */
  readonly minExponent: number;
  /** The largest finite number. */
  readonly max: number;
  /** What numbers become that round to more than `max`. */
  readonly overflow: "infinity" | "nan";
}

/** An integer type in two's complement. */
export interface IntegerFormat {
  readonly kind: "integer";
  readonly bits: number;
  readonly signed: boolean;
}

/** What a cast does with values. */
export type NumberFormat = FloatFormat | IntegerFormat | { readonly kind: "bool" | "float32" };

const FORMATS: Partial<Record<DType, NumberFormat>> = {
  float16: floatFormat(10, -14, 65504),
  bfloat16: floatFormat(7, -126, (2 - 2 ** -7) * 2 ** 127),
  float8e5m2: floatFormat(2, -14, 57344),
  float8e4m3fn: { ...floatFormat(3, -6, 448), overflow: "nan" },
  float32: { kind: "float32" },
  float64: { kind: "float32" },
  int32: integerFormat(32, true),
  int64: integerFormat(32, true),
  int16: integerFormat(16, true),
  int8: integerFormat(8, true),
  int4: integerFormat(4, true),
  uint8: integerFormat(8, false),
  uint4: integerFormat(4, false),
  bool: { kind: "bool" },
};

/** A cast's target: what it does with values, and the type that holds them on a fallback backend. */
export interface CastTarget {
  readonly format: NumberFormat;
  readonly face: TfjsDType;
}

/** @throws {TypeError} If values cannot be cast to this type. */
export function castTarget(dtype: DType): CastTarget {
  const format = FORMATS[dtype];
  if (!format) {
    const known = Object.keys(FORMATS).join(", ");
    throw new TypeError(`Cannot cast to '${dtype}': choose ${known}`);
  }
  return { format, face: dtypeInfo(dtype).face };
}

function floatFormat(mantissaBits: number, minExponent: number, max: number): FloatFormat {
  return { kind: "float", mantissaBits, minExponent, max, overflow: "infinity" };
}

function integerFormat(bits: number, signed: boolean): IntegerFormat {
  return { kind: "integer", bits, signed };
}
