import { type OpenPjrtOptions, PjrtClient } from "../../../../lib/engine/pjrt/client/client.ts";
import { findPlugin } from "../../../../lib/engine/pjrt/plugin/mod.ts";

/** The plugin for CPUs, fetched where it is missing. */
export const cpuPlugin = await findPlugin({ kind: "cpu" });

/** Starts a client of it. */
export function openClient(options: OpenPjrtOptions = {}): PjrtClient {
  return PjrtClient.open(cpuPlugin, options);
}

/** Bytes of 32-bit floats. */
export function floats(...values: number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** The 32-bit floats in bytes. */
export function numbers(bytes: Uint8Array<ArrayBuffer>): number[] {
  return [...new Float32Array(bytes.buffer)];
}

/** A program that returns `x + x`; with an alias, the output may lie where `x` lay. */
export function doubling(lengths: string, { alias = false } = {}): string {
  const type = `tensor<${lengths}xf32>`;
  const attributes = alias ? " {tf.aliasing_output = 0 : i32}" : "";
  return `module @doubling { func.func @main(%x: ${type}${attributes}) -> ${type} {
    %0 = stablehlo.add %x, %x : ${type}
    return %0 : ${type}
  } }`;
}
