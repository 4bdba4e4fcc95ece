/**
 * tfjs-node's kernels over a binding of the engine's.
 *
 * @module
 */
import { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import { tf } from "../tf.ts";
import type { RawAttribute } from "../trace/attributes.ts";
import type { KernelBinding, TensorMetadata } from "./kernel_binding.ts";

/** What the engine uses of the package's backend class, part of it marked private there. */
export interface KernelBackend extends tf.KernelBackend {
  /** The binding. */
  readonly binding: KernelBinding;
  /** Makes a TF.js tensor of what the binding gave. */
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  /** The binding's ids of tensors; values that wait on the host are sent first. */
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  /** Runs an op with one output. */
  executeSingleOutput(
    op: string,
    attributes: RawAttribute[],
    inputs: readonly tf.TensorInfo[],
  ): tf.Tensor;
  /** Runs an op with several outputs. */
  executeMultipleOutputs(
    op: string,
    attributes: RawAttribute[],
    inputs: readonly tf.TensorInfo[],
    outputCount: number,
  ): tf.Tensor[];
}

type PackageBinding = ConstructorParameters<typeof NodeJSKernelBackend>[0];

/** Makes the backend; the binding is all that the package's native addon would be. */
export function makeKernelBackend(binding: KernelBinding): KernelBackend {
  const backend = new NodeJSKernelBackend(
    binding as unknown as PackageBinding,
    "@tensorflow/tfjs-node-gpu",
  );
  return backend as unknown as KernelBackend;
}
