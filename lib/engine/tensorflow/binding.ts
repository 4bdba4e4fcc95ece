import { calledAt, markCall } from "../caller.ts";
import { boundaryType, type DType, dtypeInfo, dtypeOfCode, isTfjsDType } from "../dtype.ts";
import { bytesOf, uniformElement, viewAs } from "../host_data.ts";
import {
  ATTRIBUTE_KIND,
  parseAttributes,
  type RawAttribute,
  rawAttributes,
} from "../trace/attributes.ts";
import { resolveTypes } from "../trace/resolve_types.ts";
import { opSignature } from "../trace/signature.ts";
import { isSymbol, type OutsideTensor, type OutsideWorld, type Tracer } from "../trace/tracer.ts";
import type { Handle, Runtime } from "./runtime.ts";
import { type StoredTensor, TensorStore } from "./tensor_store.ts";

/** What TF.js's kernels learn about a tensor; the type is the one that TF.js knows. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** The `TFJSBinding` of tfjs-node over TensorFlow's C API: tensors by number, ops by name. */
export class Binding implements OutsideWorld {
  readonly TF_FLOAT = dtypeInfo("float32").code;
  readonly TF_INT32 = dtypeInfo("int32").code;
  readonly TF_INT64 = dtypeInfo("int64").code;
  readonly TF_BOOL = dtypeInfo("bool").code;
  readonly TF_COMPLEX64 = dtypeInfo("complex64").code;
  readonly TF_STRING = dtypeInfo("string").code;
  readonly TF_RESOURCE = dtypeInfo("resource").code;
  readonly TF_UINT8 = dtypeInfo("uint8").code;
  readonly TF_ATTR_STRING = ATTRIBUTE_KIND.string;
  readonly TF_ATTR_INT = ATTRIBUTE_KIND.int;
  readonly TF_ATTR_FLOAT = ATTRIBUTE_KIND.float;
  readonly TF_ATTR_BOOL = ATTRIBUTE_KIND.bool;
  readonly TF_ATTR_TYPE = ATTRIBUTE_KIND.type;
  readonly TF_ATTR_SHAPE = ATTRIBUTE_KIND.shape;

  readonly #runtime: Runtime;
  readonly #store: TensorStore;

  /** Set while a function is traced: ops are then written down instead of run. */
  tracer: Tracer | undefined;

  /** The variables' names by their tensors' ids, while a function is traced. */
  variableNames: ReadonlyMap<number, string> = new Map();

  /** Puts a binding over a runtime. */
  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#store = new TensorStore(runtime);
  }

  /** Whether ops run on a GPU. */
  isUsingGpuDevice(): boolean {
    return this.#runtime.context.devices.some(({ type }) => type === "GPU");
  }

  /** How many tensors are alive. */
  getNumOfTensors(): number {
    return this.#store.size;
  }

  /** How many saved models are loaded: none, the engine has no use for them. */
  getNumOfSavedModels(): number {
    return 0;
  }

  /**
   * Makes a tensor of one of TF.js's types.
   *
   * @throws {TypeError} If it holds strings, which stay on the host.
   */
  createTensor(shape: number[], code: number, values: ArrayLike<number>): number {
    const { name } = dtypeOfCode(code);
    if (name === "string") {
      throw new TypeError("Tensors of strings cannot be computed with on the TensorFlow backend");
    }
    return this.createFromBytes(shape, name, bytesOf(values, name));
  }

  /** Makes a tensor of any type from its bytes. */
  createFromBytes(shape: readonly number[], dtype: DType, bytes: Uint8Array): number {
    // While a function is traced, many a value never needs to reach TensorFlow.
    if (this.tracer) return this.#store.addBytes(shape, dtype, bytes);
    return this.#store.addHandle(this.#runtime.create(shape, dtype, bytes));
  }

  /** Gives a tensor back. */
  deleteTensor(id: number): void {
    if (isSymbol(id)) this.tracer?.forget(id);
    else this.#store.delete(id);
  }

  /**
   * A tensor's values as TF.js knows them; types that it does not know are converted.
   *
   * @throws {TypeError} If the tensor exists only in a trace.
   */
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array {
    const stored = this.#stored(id);
    const { face } = dtypeInfo(stored.dtype);
    const bytes = face === stored.dtype
      ? this.#store.read(stored)
      : this.#store.use([stored], (handles) =>
        this.#store.useAs(handles, [face], ([known]) =>
          known && this.#runtime.read(known)));
    return viewAs(bytes ?? new Uint8Array(), face) as Float32Array;
  }

  /** Runs an op, or writes it down while a function is traced. */
  executeOp(
    op: string,
    attributes: RawAttribute[],
    ids: number[],
    count: number,
  ): TensorMetadata[] {
    if (this.tracer) {
      return this.tracer.addOp(op, attributes, ids, count).map(({ id, shape, dtype }) =>
        metadata(id, shape, dtype)
      );
    }
    const tensors = ids.map((id) => this.#sent(id));
    const outputs = this.#store.use(
      tensors,
      (handles) =>
        handles.every(({ dtype }) => isTfjsDType(dtype))
          ? this.#runtime.execute(op, attributes, handles, count)
          : this.#executeTyped(op, attributes, handles, count),
    );
    return outputs.map((handle) => this.#metadata(handle));
  }

  /** Runs a function that was added to the context: tensors first, then state updated in place. */
  callFunction(name: string, call: FunctionCall): TensorMetadata[] {
    const state = call.state.map((id) => this.#store.makeVariable(id, this.#stored(id)));
    const tensors = call.inputs.map((id) => this.#sent(id));
    const outputs = this.#store.use(tensors, (handles) => {
      const wanted = handles.map(({ dtype }) => boundaryType(dtype));
      return this.#store.useAs(
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
      const cast = this.#store.cast(handle, dtype);
      this.#runtime.release(handle);
      return this.#metadata(cast);
    });
  }

  /** The facts of a tensor that exists. */
  describe(id: number): OutsideTensor {
    const { shape, dtype } = this.#stored(id);
    const variable = this.variableNames.get(id);
    return { shape, dtype, ...(variable === undefined ? {} : { variable }) };
  }

  /** The real type of a tensor, one in a trace included. */
  dtypeOf(id: number): DType {
    return isSymbol(id) && this.tracer ? this.tracer.valueOf(id).dtype : this.#stored(id).dtype;
  }

  /** A tensor's bytes. */
  read(id: number): Uint8Array {
    return this.#store.read(this.#stored(id));
  }

  /** The one element that all elements of a tensor equal, if the host knows so. */
  uniformElement(id: number): Uint8Array | undefined {
    const { bytes, dtype } = this.#stored(id);
    return bytes && uniformElement(bytes, dtype);
  }

  /** A second id of the same tensor. */
  hold(id: number): number {
    return this.#store.addShared(this.#stored(id));
  }

  #stored(id: number): StoredTensor {
    const stored = this.#store.get(id);
    if (stored) return stored;
    const caller = calledAt(markCall());
    if (!isSymbol(id)) throw new TypeError(`Tensor ${id} was disposed before it was used${caller}`);
    throw new TypeError(
      this.tracer
        ? `A value cannot be read while a function is compiled: it is ${
          this.tracer.nameOf(id)
        }${caller}`
        : `A tensor made inside a compiled function was used after it${caller}`,
    );
  }

  #sent(id: number): StoredTensor {
    return this.#store.send(id, this.#stored(id));
  }

  #executeTyped(op: string, given: RawAttribute[], handles: Handle[], count: number): Handle[] {
    const signature = opSignature(op);
    if (!signature) return this.#runtime.execute(op, given, handles, count);
    const attributes = parseAttributes(given);
    const types = resolveTypes(signature, { attributes, inputs: handles, outputCount: count });
    return this.#store.useAs(
      handles,
      types.inputs,
      (inputs) => this.#runtime.execute(op, rawAttributes(types.attributes), inputs, count),
    );
  }

  #metadata(handle: Handle): TensorMetadata {
    return metadata(this.#store.addHandle(handle), handle.shape, handle.dtype);
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

function metadata(id: number, shape: readonly number[], dtype: DType): TensorMetadata {
  return { id, shape: [...shape], dtype: dtypeInfo(dtypeInfo(dtype).face).code };
}
