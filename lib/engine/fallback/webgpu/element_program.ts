import { webgpu_util, type WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { TfjsDType } from "../../dtype.ts";
import type { tf } from "../../tf.ts";
import type { KernelCall } from "../../kernels/register.ts";

/** A call of a kernel on the WebGPU backend. */
export type WebgpuCall = KernelCall<WebGPUBackend>;

/** A program that computes each element of its output by itself. */
export interface ElementProgram {
  /** Programs of one key, with inputs of the same types and ranks, share their compiled code. */
  readonly key: string;
  /** The names of the input buffers in the code. */
  readonly variables: readonly string[];
  readonly shape: readonly number[];
  readonly dtype: TfjsDType;
  /** WGSL functions for `element` to use. */
  readonly functions?: string;
  /** The WGSL expression for the element at `index : i32`. */
  readonly element: string;
}

/** Runs a program on the GPU. */
export function runElementProgram(
  { backend }: WebgpuCall,
  { key, variables, shape, dtype, functions = "", element }: ElementProgram,
  inputs: readonly tf.TensorInfo[],
): tf.TensorInfo {
  const outputShape = [...shape];
  const dispatchLayout = webgpu_util.flatDispatchLayout(outputShape);
  const workgroupSize: [number, number, number] = [64, 1, 1];
  const program = {
    variableNames: [...variables],
    outputShape,
    dispatchLayout,
    dispatch: webgpu_util.computeDispatch(dispatchLayout, outputShape, workgroupSize),
    workgroupSize,
    size: true,
    shaderKey: key,
    getUserCode: () => `
      ${functions}
      fn main(index : i32) {
        if (index < uniforms.size) {
          result[index] = ${element};
        }
      }`,
  };
  return backend.runWebGPUProgram(program, [...inputs], dtype as tf.DataType);
}
