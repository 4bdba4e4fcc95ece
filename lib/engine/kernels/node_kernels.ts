/**
 * Kernels that tfjs-node lacks, and those of its own that do not fit here.
 *
 * @module
 */
import "@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js";
import { type DType, dtypeInfo } from "../dtype.ts";
import { BITWISE_KERNELS, KERNEL } from "../ops/kernel_names.ts";
import { tf } from "../tf.ts";
import { ATTRIBUTE_KIND, type RawAttribute } from "../trace/attributes.ts";
import type { KernelBackend } from "./kernel_backend.ts";
import { type KernelCall as Call, registerKernels } from "./register.ts";

type KernelCall = Call<KernelBackend>;

// The name that tfjs-node registers its kernels for.
const PACKAGE_BACKEND = "tensorflow";

/** Registers tfjs-node's kernels and the engine's own for a backend; call once for each. */
export function registerNodeKernels(backendName: string, backend: KernelBackend): void {
  if (backendName !== PACKAGE_BACKEND) {
    tf.copyRegisteredKernels(PACKAGE_BACKEND, backendName);
    standIn(backend);
  }
  registerKernels<KernelBackend>(backendName, {
    // The package's GatherV2 reads the indices back to check them, at every embedding look-up.
    GatherV2: gather,
    BatchMatMul: matMul,
    ...Object.fromEntries(BITWISE_KERNELS.map((op) => [op, (call) => binary(op, call)])),
    // TF.js's own casts meet the types that only the engine knows, too.
    Cast: castTo,
    [KERNEL.castTo]: castTo,
    [KERNEL.barrier]: barrier,
  });
}

// Wherever they run, the package's kernels look up TensorFlow's backend, for the numbers of types.
function standIn(backend: KernelBackend): void {
  const engine = tf.engine();
  const find = engine.findBackend.bind(engine);
  engine.findBackend = (name) => {
    const found = find(name);
    return name === PACKAGE_BACKEND ? found ?? backend : found;
  };
}

function gather({ inputs, attrs, backend }: KernelCall): tf.Tensor {
  const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
  const { axis, batchDims } = attrs as { axis: number; batchDims: number };
  const axisTensor = tf.scalar(axis, "int32");
  try {
    return backend.executeSingleOutput("GatherV2", [
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
  return backend.executeSingleOutput(op, [
    typeAttribute("T", a),
    { name: first, type: ATTRIBUTE_KIND.bool, value: transposeA },
    { name: second, type: ATTRIBUTE_KIND.bool, value: transposeB },
  ], [a, b]);
}

function binary(op: string, { inputs, backend }: KernelCall): tf.Tensor {
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  return backend.executeSingleOutput(op, [typeAttribute("T", a)], [a, b]);
}

function castTo({ inputs, attrs, backend }: KernelCall): tf.Tensor {
  const { x } = inputs as { x: tf.TensorInfo };
  const { dtype } = attrs as { dtype: DType };
  const [id = -1] = backend.getInputTensorIds([x]);
  const from = backend.binding.dtypeOf(id);
  // TensorFlow casts 4-bit integers only from and to whole numbers of 8 bits.
  const through = [from, dtype].some(isNibble) && ![from, dtype].includes("int8");
  if (!through) return castOnce(backend, x, dtype);
  const whole = castOnce(backend, x, "int8");
  try {
    return castOnce(backend, whole, dtype);
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
  // Without a compiler nothing is merged, and TensorFlow's eager runtime has no such op.
  if (!backend.binding.tracer) return tensors.map((tensor) => tf.clone(tensor as tf.Tensor));
  const types = tensors.map(({ dtype }) => dtypeInfo(dtype as DType).code);
  return backend.executeMultipleOutputs(
    "XlaOptimizationBarrier",
    [{ name: "T", type: ATTRIBUTE_KIND.type, value: types }],
    tensors,
    tensors.length,
  );
}

function typeAttribute(name: string, { dtype }: tf.TensorInfo): RawAttribute {
  return { name, type: ATTRIBUTE_KIND.type, value: dtypeInfo(dtype as DType).code };
}
