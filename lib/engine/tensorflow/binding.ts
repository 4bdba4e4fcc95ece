import { boundaryType, type DType, dtypeInfo, isTfjsDType } from "../dtype.ts";
import { uniformElement, viewAs } from "../host_data.ts";
import { KernelBinding, metadataOf, type TensorMetadata } from "../kernels/kernel_binding.ts";
import { parseAttributes, type RawAttribute, rawAttributes } from "../trace/attributes.ts";
import { resolveTypes } from "../trace/resolve_types.ts";
import { opSignature } from "../trace/signature.ts";
import type { Handle, Runtime } from "./runtime.ts";
import { type StoredTensor, TensorStore } from "./tensor_store.ts";

/** The `TFJSBinding` of tfjs-node over TensorFlow's C API. */
export class Binding extends KernelBinding<StoredTensor> {
  protected override readonly tensors: TensorStore;
  readonly #runtime: Runtime;

  /** Puts a binding over a runtime. */
  constructor(runtime: Runtime) {
    super();
    this.#runtime = runtime;
    this.tensors = new TensorStore(runtime);
  }

  override isUsingGpuDevice(): boolean {
    return this.#runtime.context.devices.some(({ type }) => type === "GPU");
  }

  override createFromBytes(shape: readonly number[], dtype: DType, bytes: Uint8Array): number {
    // While a function is traced, many a value never needs to reach TensorFlow.
    if (this.tracer) return this.tensors.addBytes(shape, dtype, bytes);
    return this.tensors.addHandle(this.#runtime.create(shape, dtype, bytes));
  }

  override tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array {
    const stored = this.stored(id);
    const { face } = dtypeInfo(stored.dtype);
    const bytes = face === stored.dtype
      ? this.tensors.read(stored)
      : this.tensors.use([stored], (handles) =>
        this.tensors.useAs(handles, [face], ([known]) =>
          known && this.#runtime.read(known)));
    return viewAs(bytes ?? new Uint8Array(), face) as Float32Array;
  }

  override boundaryType(dtype: DType): DType {
    return boundaryType(dtype);
  }

  override read(id: number): Uint8Array {
    return this.tensors.read(this.stored(id));
  }

  override uniformElement(id: number): Uint8Array | undefined {
    const { bytes, dtype } = this.stored(id);
    return bytes && uniformElement(bytes, dtype);
  }

  override hold(id: number): number {
    return this.tensors.addShared(this.stored(id));
  }

  /** Runs a function that was added to the context: tensors first, then state updated in place. */
  callFunction(name: string, call: FunctionCall): TensorMetadata[] {
    const state = call.state.map((id) => this.tensors.makeVariable(id, this.stored(id)));
    const tensors = call.inputs.map((id) => this.#sent(id));
    const outputs = this.tensors.use(tensors, (handles) => {
      const wanted = handles.map(({ dtype }) => boundaryType(dtype));
      return this.tensors.useAs(
        handles,
        wanted,
        (inputs) =>
          this.#runtime.execute(
            name,
            call.attributes,
            [...inputs, ...state],
            call.resultTypes.length,
          ),
      );
    });
    return outputs.map((handle, i) => {
      const dtype = call.resultTypes[i] ?? handle.dtype;
      if (dtype === handle.dtype) return this.#metadata(handle);
      const cast = this.tensors.cast(handle, dtype);
      this.#runtime.release(handle);
      return this.#metadata(cast);
    });
  }

  protected override run(
    op: string,
    attributes: RawAttribute[],
    ids: number[],
    count: number,
  ): TensorMetadata[] {
    const tensors = ids.map((id) => this.#sent(id));
    const outputs = this.tensors.use(
      tensors,
      (handles) =>
        handles.every(({ dtype }) => isTfjsDType(dtype))
          ? this.#runtime.execute(op, attributes, handles, count)
          : this.#executeTyped(op, attributes, handles, count),
    );
    return outputs.map((handle) => this.#metadata(handle));
  }

  #sent(id: number): StoredTensor {
    return this.tensors.send(id, this.stored(id));
  }

  #executeTyped(op: string, given: RawAttribute[], handles: Handle[], count: number): Handle[] {
    const signature = opSignature(op);
    if (!signature) return this.#runtime.execute(op, given, handles, count);
    const attributes = parseAttributes(given);
    const types = resolveTypes(signature, { attributes, inputs: handles, outputCount: count });
    return this.tensors.useAs(
      handles,
      types.inputs,
      (inputs) => this.#runtime.execute(op, rawAttributes(types.attributes), inputs, count),
    );
  }

  #metadata(handle: Handle): TensorMetadata {
    return metadataOf(this.tensors.addHandle(handle), handle);
  }
}

/** A call of a compiled function. */
export interface FunctionCall {
  /** Ids of arguments and captured tensors. */
  readonly inputs: readonly number[];
  /** Ids of the variables' tensors. */
  readonly state: readonly number[];
  /** Attributes of the call, for example that XLA must compile it. */
  readonly attributes: readonly RawAttribute[];
  /** The types that the results have for the caller. */
  readonly resultTypes: readonly DType[];
}
