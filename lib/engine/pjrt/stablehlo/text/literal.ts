import { type DType, dtypeInfo, sizeOf } from "../../../dtype.ts";
import { viewAs } from "../../../host_data.ts";
import { elementType } from "./element_type.ts";

/** A number as an element of a type. */
export function numberLiteral(value: number, dtype: DType): string {
  const { kind, lowest = "", highest = "" } = elementType(dtype);
  switch (kind) {
    case "bool":
      return value ? "true" : "false";
    case "complex":
      return `(${numberLiteral(value, "float32")}, 0.0)`;
    case "float":
      if (Number.isFinite(value)) return decimal(value);
      return Number.isNaN(value) ? notANumber(dtype) : value < 0 ? lowest : highest;
    default:
      return String(value);
  }
}

/** The lowest value of a type, -infinity where it has that. */
export function lowestLiteral(dtype: DType): string {
  const { kind, bits, lowest } = elementType(dtype);
  return lowest ?? (kind === "signed" ? `-${2n ** BigInt(bits - 1)}` : "0");
}

/** The highest value of a type, infinity where it has that. */
export function highestLiteral(dtype: DType): string {
  const { kind, bits, highest } = elementType(dtype);
  return highest ?? String(2n ** BigInt(kind === "signed" ? bits - 1 : bits) - 1n);
}

/** The elements of a constant, one literal each. */
export function elementLiterals(data: Uint8Array, dtype: DType): string[] {
  const { kind } = elementType(dtype);
  const elements: ArrayLike<number | bigint> = viewAs(data, dtype);
  if (kind === "complex") {
    return Array.from({ length: elements.length / 2 }, (_, i) => {
      const [real, imaginary] = [elements[2 * i], elements[2 * i + 1]];
      return `(${numberLiteral(Number(real), "float32")}, ${
        numberLiteral(Number(imaginary), "float32")
      })`;
    });
  }
  return Array.from(elements, (element) => {
    // Narrow floats are bit patterns on the host; a negative zero or NaN keeps its bits.
    if (kind === "float" && dtypeInfo(dtype).bytes < 4) return hex(element, dtype);
    return kind === "signed" || kind === "unsigned"
      ? String(element)
      : numberLiteral(Number(element), dtype);
  });
}

/** Literals as the nested lists of a shape. */
export function nestedLiteral(literals: readonly string[], shape: readonly number[]): string {
  const [length, ...rest] = shape;
  if (length === undefined) return literals[0] ?? "";
  const size = sizeOf(rest);
  const rows = Array.from({ length }, (_, i) => literals.slice(i * size, (i + 1) * size));
  return `[${rows.map((row) => nestedLiteral(row, rest)).join(", ")}]`;
}

/** A constant's bytes as a hexadecimal literal; not for types of less than a byte. */
export function hexLiteral(data: Uint8Array): string {
  return `"0x${data.toHex().toUpperCase()}"`;
}

/** Whether a constant's bytes can be written as they are. */
export function isByteSized(dtype: DType): boolean {
  return elementType(dtype).bits >= 8;
}

// A decimal of a double is exact, and a float32 is one; the grammar wants a point in it.
function decimal(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  if (text.includes(".")) return text;
  const [mantissa = "", exponent] = text.split("e");
  return exponent === undefined ? `${mantissa}.0` : `${mantissa}.0e${exponent}`;
}

function notANumber(dtype: DType): string {
  if (dtype === "float32") return "0x7FC00000";
  // One above infinity, or above the highest number of a type without infinity.
  const { highest = "0" } = elementType(dtype);
  return `0x${(BigInt(highest) + 1n).toString(16).toUpperCase()}`;
}

function hex(bits: number | bigint, dtype: DType): string {
  return `0x${bits.toString(16).toUpperCase().padStart(2 * dtypeInfo(dtype).bytes, "0")}`;
}
