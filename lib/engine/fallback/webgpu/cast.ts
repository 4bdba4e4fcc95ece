import type { DType } from "../../dtype.ts";
import type { tf } from "../../tf.ts";
import {
  castTarget,
  type FloatFormat,
  type IntegerFormat,
  type NumberFormat,
} from "../number_format.ts";
import { inputOf } from "../../kernels/register.ts";
import { runElementProgram, type WebgpuCall } from "./element_program.ts";

/** The kernel `CastTo`: values of `attrs.dtype` in the type that TF.js has for it. */
export function castTo(call: WebgpuCall): tf.TensorInfo {
  const x = inputOf(call, "x");
  const { dtype } = call.attrs as { dtype: DType };
  const { format, face } = castTarget(dtype);
  const from = x.dtype === "float32" ? "f32" : "i32";
  return runElementProgram(call, {
    key: `qatlab_cast_${from}_${dtype}`,
    variables: ["A"],
    shape: x.shape,
    dtype: face,
    functions: format.kind === "float" ? roundingFunction(format) : "",
    element: conversion(format, "A[index]"),
  }, [x]);
}

function conversion(format: NumberFormat, value: string): string {
  switch (format.kind) {
    case "float":
      return `round_to_format(f32(${value}))`;
    case "integer":
      return wrapping(format, `i32(${value})`);
    case "bool":
      return `select(1, 0, ${value} == 0)`;
    case "float32":
      return `f32(${value})`;
  }
}

function wrapping({ bits, signed }: IntegerFormat, value: string): string {
  if (bits === 32) return value;
  const unused = 32 - bits;
  return signed ? `((${value} << ${unused}u) >> ${unused}u)` : `(${value} & ${2 ** bits - 1})`;
}

/**
 * Half to even on the bits of a float32. Above the smallest normal number of the format the lowest
 * kept bit is rounded in place, a carry moving into the exponent. Below it the grid is even, and
 * the product with a power of two brings it to the integers.
 */
function roundingFunction({ mantissaBits, minExponent, max, overflow }: FloatFormat): string {
  const dropped = 23 - mantissaBits;
  const kept = `0x${((-1 << dropped) >>> 0).toString(16)}u`;
  // bfloat16 has float32's exponents: nothing is below its smallest normal number but subnormals,
  // for which the bits do as well.
  const evenGrid = minExponent === -126 ? "" : `
        if (exponent < ${minExponent}) {
          return round(x * ${power(mantissaBits - minExponent)}) * ${
    power(minExponent - mantissaBits)
  };
        }`;
  return `
      fn round_to_format(x : f32) -> f32 {
        let bits = bitcast<u32>(x);
        let size = bits & 0x7fffffffu;
        let exponent = i32(size >> 23u) - 127;
        if (size > 0x7f800000u) { return x; }${evenGrid}
        let odd = (size >> ${dropped}u) & 1u;
        let rounded = (size + ${2 ** (dropped - 1) - 1}u + odd) & ${kept};
        if (rounded > ${floatBits(max)}u) { return ${
    overflow === "nan" ? "uniforms.NAN" : "select(uniforms.INFINITY, -uniforms.INFINITY, x < 0.0)"
  }; }
        return bitcast<f32>(rounded | (bits & 0x80000000u));
      }`;
}

function power(exponent: number): string {
  return `${2 ** exponent}f`;
}

function floatBits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
}
