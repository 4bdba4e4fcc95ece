import { calledAt, markCall } from "../caller.ts";
import { byteLength, type DType, dtypeInfo, dtypeOfCode } from "../dtype.ts";
import type { RawAttribute } from "../trace/attributes.ts";
import type { Context } from "./context.ts";
import { cText } from "./c_text.ts";
import { setAttribute } from "./op_attributes.ts";
import type { Tensorflow } from "./symbols.ts";

// No op of TensorFlow gives more tensors than this at once; compiled functions bring their own.
const MOST_OUTPUTS = 4096;

/** A tensor that TensorFlow holds. */
export interface Handle {
  /** TensorFlow's `TFE_TensorHandle`. */
  readonly pointer: Deno.PointerValue;
  /** The real element type. */
  readonly dtype: DType;
  /** The shape. */
  readonly shape: readonly number[];
}

/** Runs ops through TensorFlow's eager C API. */
export class Runtime {
  readonly #library: Tensorflow;
  readonly #context: Context;
  #outputs = new BigUint64Array(MOST_OUTPUTS);
  readonly #count = new Int32Array(1);

  /** Wraps a library and its context. */
  constructor(library: Tensorflow, context: Context) {
    this.#library = library;
    this.#context = context;
  }

  /** The context, for what only compiled functions need. */
  get context(): Context {
    return this.#context;
  }

  /** The library. */
  get library(): Tensorflow {
    return this.#library;
  }

  /**
   * Makes a tensor from bytes of the host.
   *
   * @throws {RangeError} If the bytes do not fill the shape.
   */
  create(shape: readonly number[], dtype: DType, bytes: Uint8Array): Handle {
    if (bytes.byteLength !== byteLength(shape, dtype)) {
      throw new RangeError(
        `A ${dtype}[${shape}] takes ${
          byteLength(shape, dtype)
        } bytes: current value has ${bytes.byteLength}`,
      );
    }
    const { framework, core } = this.#library;
    const dims = BigInt64Array.from(shape, BigInt);
    const size = BigInt(bytes.byteLength);
    const tensor = framework.TF_AllocateTensor(dtypeInfo(dtype).code, dims, shape.length, size);
    if (tensor === null) {
      throw new RangeError(`Cannot allocate ${size} bytes for a ${dtype}[${shape}]`);
    }
    try {
      const data = framework.TF_TensorData(tensor);
      if (data !== null && bytes.byteLength > 0) {
        const target = Deno.UnsafePointerView.getArrayBuffer(data, bytes.byteLength);
        new Uint8Array(target).set(bytes);
      }
      const pointer = core.TFE_NewTensorHandle(tensor, this.#context.status.pointer);
      this.#context.status.check(() => `Cannot make a ${dtype}[${shape}]`);
      return { pointer, dtype, shape };
    } finally {
      framework.TF_DeleteTensor(tensor);
    }
  }

  /** The bytes of a tensor, copied to the host. */
  read(handle: Handle): Uint8Array<ArrayBuffer> {
    const { framework, core } = this.#library;
    const tensor = core.TFE_TensorHandleResolve(handle.pointer, this.#context.status.pointer);
    this.#context.status.check(() => `Cannot read a ${handle.dtype}[${handle.shape}]`);
    try {
      const bytes = new Uint8Array(Number(framework.TF_TensorByteSize(tensor)));
      const data = framework.TF_TensorData(tensor);
      if (data !== null && bytes.byteLength > 0) Deno.UnsafePointerView.copyInto(data, bytes);
      return bytes;
    } finally {
      framework.TF_DeleteTensor(tensor);
    }
  }

  /** A second handle of the same tensor; the bytes are shared. */
  share(handle: Handle): Handle {
    const { status } = this.#context;
    const pointer = this.#library.core.TFE_TensorHandleCopySharingTensor(
      handle.pointer,
      status.pointer,
    );
    status.check(() => `Cannot share a ${handle.dtype}[${handle.shape}]`);
    return { ...handle, pointer };
  }

  /** Gives a handle back. */
  release(handle: Handle): void {
    this.#library.core.TFE_DeleteTensorHandle(handle.pointer);
  }

  /**
   * Runs one op, or one function that was added to the context.
   *
   * @throws {TensorflowError} If TensorFlow refuses; the message names the op, its inputs and
   * where it was called.
   */
  execute(
    op: string,
    attributes: readonly RawAttribute[],
    inputs: readonly Handle[],
    count: number,
  ): Handle[] {
    const { core } = this.#library;
    const { status, pointer: context } = this.#context;
    const operation = core.TFE_NewOp(context, cText(op), status.pointer);
    status.check(() => `Cannot run ${op}`);
    try {
      for (const input of inputs) core.TFE_OpAddInput(operation, input.pointer, status.pointer);
      for (const attribute of attributes) {
        setAttribute(core, { operation, attribute, status: status.pointer });
      }
      status.check(() => describeCall(op, inputs));
      if (count > this.#outputs.length) this.#outputs = new BigUint64Array(count);
      this.#count[0] = count;
      core.TFE_Execute(operation, this.#outputs, this.#count, status.pointer);
      status.check(() => describeCall(op, inputs));
      return Array.from({ length: this.#count[0] }, (_, i) => this.#handleAt(i));
    } finally {
      core.TFE_DeleteOp(operation);
    }
  }

  #handleAt(index: number): Handle {
    const { core } = this.#library;
    const { status } = this.#context;
    const pointer = Deno.UnsafePointer.create(this.#outputs[index] ?? 0n);
    const rank = core.TFE_TensorHandleNumDims(pointer, status.pointer);
    const shape = new Array<number>(rank);
    for (let axis = 0; axis < rank; axis++) {
      shape[axis] = Number(core.TFE_TensorHandleDim(pointer, axis, status.pointer));
    }
    return { pointer, dtype: dtypeOfCode(core.TFE_TensorHandleDataType(pointer)).name, shape };
  }
}

function describeCall(op: string, inputs: readonly Handle[]): string {
  const shapes = inputs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(", ");
  return `${op}(${shapes})${calledAt(markCall())}`;
}
