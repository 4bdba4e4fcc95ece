import type { tf } from "../../tf.ts";
import { broadcastShape, broadcastStrides } from "../broadcast.ts";
import { inputOf } from "../../kernels/register.ts";
import { runElementProgram, type WebgpuCall } from "./element_program.ts";

/** A kernel that combines two integer tensors element by element; `op` is WGSL of `a` and `b`. */
export function bitwiseKernel(op: string): (call: WebgpuCall) => tf.TensorInfo {
  return (call) => {
    const inputs = [inputOf(call, "a"), inputOf(call, "b")] as const;
    const shape = broadcastShape(inputs[0].shape, inputs[1].shape);
    const places = inputs.map((input) => placeOf(input.shape, shape));
    const element = op.replace("a", `A[${places[0]}]`).replace("b", `B[${places[1]}]`);
    const key = `qatlab_${element}`;
    return runElementProgram(
      call,
      { key, variables: ["A", "B"], shape, dtype: "int32", element },
      inputs,
    );
  };
}

// The lengths stand in the code: shapes of codes and masks are few, and TF.js's own index functions
// give floats, which cannot hold 32 bits.
function placeOf(shape: readonly number[], target: readonly number[]): string {
  const strides = broadcastStrides(shape, target);
  const steps = broadcastStrides(target, target);
  const terms = strides.flatMap((stride, axis) =>
    stride === 0 ? [] : [`index / ${steps[axis]} % ${target[axis]} * ${stride}`]
  );
  return terms.length === 0 ? "0" : terms.join(" + ");
}
