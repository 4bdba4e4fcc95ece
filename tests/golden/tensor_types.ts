import type { DType } from "../../lib/engine/mod.ts";
import { decodeFloats, type FloatDtype } from "../../lib/io/float_bytes.ts";
import type { SafetensorsDtype } from "../../lib/io/safetensors_dtypes.ts";

/** What a manifest's name of an element type means in a file and in the engine. */
export interface TensorTypeInfo {
  /** The name of the type in safetensors files. */
  readonly stored: SafetensorsDtype;
  /** The type in which an input of this type reaches an implementation. */
  readonly engine: DType;
  /** The values behind the bytes. */
  readonly decode: (bytes: Uint8Array<ArrayBuffer>) => Float32Array | Int32Array | Uint8Array;
}

const TYPES = {
  float32: floatType("F32", "float32"),
  float64: floatType("F64", "float32"),
  float16: floatType("F16", "float16"),
  bfloat16: floatType("BF16", "bfloat16"),
  int8: { stored: "I8", engine: "int8", decode: (b) => Int32Array.from(new Int8Array(b.buffer)) },
  uint8: { stored: "U8", engine: "uint8", decode: (bytes) => Int32Array.from(bytes) },
  int16: {
    stored: "I16",
    engine: "int16",
    decode: (b) => Int32Array.from(new Int16Array(b.buffer)),
  },
  int32: { stored: "I32", engine: "int32", decode: (bytes) => new Int32Array(bytes.buffer) },
  int64: { stored: "I64", engine: "int32", decode: narrowIntegers },
  bool: { stored: "BOOL", engine: "bool", decode: (bytes) => bytes },
} as const satisfies Record<string, TensorTypeInfo>;

/** The name of an element type in a manifest. */
export type TensorType = keyof typeof TYPES;

/** Whether a manifest may use this name. */
export function isTensorType(name: string): name is TensorType {
  return Object.hasOwn(TYPES, name);
}

/** What a type is in a file and in the engine. */
export function tensorTypeInfo(type: TensorType): TensorTypeInfo {
  return TYPES[type];
}

function floatType(stored: FloatDtype, engine: DType): TensorTypeInfo {
  return { stored, engine, decode: (bytes) => decodeFloats(bytes, stored) };
}

function narrowIntegers(bytes: Uint8Array<ArrayBuffer>): Int32Array {
  return Int32Array.from(new BigInt64Array(bytes.buffer), (value) => {
    if (value !== BigInt.asIntN(32, value)) {
      throw new RangeError(`An int64 of a case must fit into 32 bits: current value is ${value}`);
    }
    return Number(value);
  });
}
