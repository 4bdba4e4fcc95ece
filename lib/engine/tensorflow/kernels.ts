/**
 * Kernels that tfjs-node lacks, and those of its own that do not fit here.
 *
 * @module
 */
import { type DType, dtypeInfo } from "../dtype.ts";
import { BITWISE_KERNELS, KERNEL } from "../ops/kernel_names.ts";
import { tf } from "../tf.ts";
import { ATTRIBUTE_KIND, type RawAttribute } from "../trace/attributes.ts";
import { BACKEND_NAME, type KernelBackend } from "./kernel_backend.ts";

interface KernelCall {
  inputs: tf.NamedTensorInfoMap;
  attrs?: tf.NamedAttrMap;
  backend: unknown;
}

/** Registers the kernels; call once, after the package registered its own. */
export function registerTensorflowKernels(): void {
  // The package's GatherV2 reads the indices back to check them, at every embedding look-up.
  tf.unregisterKernel("GatherV2", BACKEND_NAME);
  register("GatherV2", gather);
  tf.unregisterKernel("BatchMatMul", BACKEND_NAME);
  register("BatchMatMul", matMul);
  for (const op of BITWISE_KERNELS) {
    register(op, ({ inputs, backend }) => binary(op, inputs, backend as KernelBackend));
  }
  // TF.js's own casts meet the types that only the engine knows, too.
  tf.unregisterKernel("Cast", BACKEND_NAME);
  register("Cast", castTo);
  register(KERNEL.castTo, castTo);
  register(KERNEL.barrier, barrier);
}

function register(kernelName: string, kernelFunc: (call: KernelCall) => tf.Tensor | tf.Tensor[]) {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: kernelFunc as tf.KernelFunc,
  });
}

function gather({ inputs, attrs, backend }: KernelCall): tf.Tensor {
  const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
  const { axis, batchDims } = attrs as { axis: number; batchDims: number };
  const axisTensor = tf.scalar(axis, "int32");
  try {
    return (backend as KernelBackend).executeSingleOutput("GatherV2", [
      { name: "batch_dims", type: ATTRIBUTE_KIND.int, value: batchDims },
      typeAttribute("Tparams", x),
      typeAttribute("Tindices", indices),
      typeAttribute("Taxis", axisTensor),
    ], [x, indices, axisTensor]);
  } finally {
    axisTensor.dispose();
  }
}

// TensorFlow's op for two matrices runs faster than its op for batches of them.
function matMul({ inputs, attrs, backend }: KernelCall): tf.Tensor {
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
  const matrices = a.shape.length === 2 && b.shape.length === 2;
  const [op, first, second] = matrices
    ? ["MatMul", "transpose_a", "transpose_b"] as const
    : ["BatchMatMulV2", "adj_x", "adj_y"] as const;
  return (backend as KernelBackend).executeSingleOutput(op, [
    typeAttribute("T", a),
    { name: first, type: ATTRIBUTE_KIND.bool, value: transposeA },
    { name: second, type: ATTRIBUTE_KIND.bool, value: transposeB },
  ], [a, b]);
}

function binary(op: string, inputs: tf.NamedTensorInfoMap, backend: KernelBackend): tf.Tensor {
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  return backend.executeSingleOutput(op, [typeAttribute("T", a)], [a, b]);
}

function castTo({ inputs, attrs, backend }: KernelCall): tf.Tensor {
  const { x } = inputs as { x: tf.TensorInfo };
  const { dtype } = attrs as { dtype: DType };
  const kernels = backend as KernelBackend;
  const [id = -1] = kernels.getInputTensorIds([x]);
  const from = kernels.binding.dtypeOf(id);
  // TensorFlow casts 4-bit integers only from and to whole numbers of 8 bits.
  const through = [from, dtype].some(isNibble) && ![from, dtype].includes("int8");
  if (!through) return castOnce(kernels, x, dtype);
  const whole = castOnce(kernels, x, "int8");
  try {
    return castOnce(kernels, whole, dtype);
  } finally {
    whole.dispose();
  }
}

function isNibble(dtype: DType): boolean {
  return dtype === "int4" || dtype === "uint4";
}

function castOnce(backend: KernelBackend, x: tf.TensorInfo, dtype: DType): tf.Tensor {
  return backend.executeSingleOutput("Cast", [
    typeAttribute("SrcT", x),
    { name: "DstT", type: ATTRIBUTE_KIND.type, value: dtypeInfo(dtype).code },
  ], [x]);
}

function barrier({ inputs, backend }: KernelCall): tf.Tensor[] {
  const tensors = Object.values(inputs) as tf.TensorInfo[];
  const { binding, executeMultipleOutputs } = backend as KernelBackend;
  // Without a compiler nothing is merged, and TensorFlow's eager runtime has no such op.
  if (!binding.tracer) return tensors.map((tensor) => tf.clone(tensor as tf.Tensor));
  const types = tensors.map(({ dtype }) => dtypeInfo(dtype as DType).code);
  return executeMultipleOutputs.call(
    backend,
    "XlaOptimizationBarrier",
    [{ name: "T", type: ATTRIBUTE_KIND.type, value: types }],
    tensors,
    tensors.length,
  );
}

function typeAttribute(name: string, { dtype }: tf.TensorInfo): RawAttribute {
  return { name, type: ATTRIBUTE_KIND.type, value: dtypeInfo(dtype as DType).code };
}
