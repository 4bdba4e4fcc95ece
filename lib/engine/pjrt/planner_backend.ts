import { NodeJSKernelBackend } from "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js";
import type { DType } from "../dtype.ts";
import type { KernelBackend } from "../kernels/kernel_backend.ts";
import { KernelBinding } from "../kernels/kernel_binding.ts";
import { ownerOf } from "../tensor_owner.ts";
import type { tf } from "../tf.ts";
import type { PjrtBinding } from "./binding.ts";

// The package's types make the parts private that are used and replaced here.
const NodeBackend = NodeJSKernelBackend as unknown as new (
  binding: PjrtBinding,
  packageName: string,
) => KernelBackend;

/**
 * The backend of plans. Tensors of other backends stay where they are: here they are seen as hollow
 * tensors, where TF.js would move them, values and all.
 */
export class PlannerBackend extends NodeBackend {
  readonly #binding: PjrtBinding;
  readonly #seen = new Map<object, Map<string, number>>();

  /** Puts the backend over a binding. */
  constructor(binding: PjrtBinding) {
    super(binding, "@tensorflow/tfjs-node-gpu");
    this.#binding = binding;
  }

  override getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[] {
    return tensors.map((tensor) => {
      const owner = this.#otherOwner(tensor.dataId);
      return owner ? this.#hollowOf(tensor, owner) : super.getInputTensorIds([tensor])[0] ?? -1;
    });
  }

  override incRef(dataId: object): void {
    const owner = this.#otherOwner(dataId);
    if (owner) owner.incRef(dataId);
    else super.incRef(dataId);
  }

  override refCount(dataId: object): number {
    return this.#otherOwner(dataId)?.refCount(dataId) ?? super.refCount(dataId);
  }

  /** Forgets the tensors of other backends. */
  forgetOthers(): void {
    for (const ids of this.#seen.values()) {
      for (const id of ids.values()) this.#binding.deleteTensor(id);
    }
    this.#seen.clear();
  }

  #otherOwner(dataId: object): tf.KernelBackend | undefined {
    const owner = ownerOf(dataId);
    return owner === this as unknown ? undefined : owner;
  }

  #hollowOf(tensor: tf.TensorInfo, owner: tf.KernelBackend): number {
    const ids = this.#seen.get(tensor.dataId) ?? new Map<string, number>();
    this.#seen.set(tensor.dataId, ids);
    // Some backends keep a tensor and its other shapes as one.
    const key = `${tensor.shape}`;
    let id = ids.get(key);
    if (id === undefined) {
      const dtype = dtypeIn(owner, tensor);
      ids.set(key, id = this.#binding.createHollow({ shape: tensor.shape, dtype }));
    }
    return id;
  }
}

// The backends over bindings of the engine's have types of which TF.js knows nothing.
function dtypeIn(owner: tf.KernelBackend, tensor: tf.TensorInfo): DType {
  const { binding } = owner as Partial<KernelBackend>;
  if (!(binding instanceof KernelBinding)) return tensor.dtype as DType;
  const [id = -1] = (owner as KernelBackend).getInputTensorIds([tensor]);
  return binding.dtypeOf(id);
}
