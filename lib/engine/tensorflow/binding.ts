import { calledAt, markCall } from "../caller.ts";
import { boundaryType, type DType, dtypeInfo, dtypeOfCode, isTfjsDType } from "../dtype.ts";
import { bytesOf, viewAs } from "../host_data.ts";
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
import { assignVariable, makeVariable, readVariable } from "./variables.ts";

/** What TF.js's kernels learn about a tensor; the type is the one that TF.js knows. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

// A tensor that exists, or a variable's storage that compiled functions update in place.
interface Entry {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly handle: Handle;
  readonly isVariable: boolean;
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
  readonly #entries = new Map<number, Entry>();
  #next = 1;

  /** Set while a function is traced: ops are then written down instead of run. */
  tracer: Tracer | undefined;

  /** The variables' names by their tensors' ids, while a function is traced. */
  variableNames: ReadonlyMap<number, string> = new Map();

  /** Puts a binding over a runtime. */
  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Whether ops run on a GPU. */
  isUsingGpuDevice(): boolean {
    return this.#runtime.context.devices.some(({ type }) => type === "GPU");
  }

  /** How many tensors are alive. */
  getNumOfTensors(): number {
    return this.#entries.size;
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

  /**
   * Makes a tensor of any type from its bytes.
   *
   * While a function is traced, too: TF.js sends values of the host when they are first used, and
   * they may have been made, and be used again, outside of the function.
   */
  createFromBytes(shape: readonly number[], dtype: DType, bytes: Uint8Array): number {
    return this.#add(this.#runtime.create(shape, dtype, bytes));
  }

  /** Gives a tensor back. */
  deleteTensor(id: number): void {
    if (isSymbol(id)) return this.tracer?.forget(id);
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#runtime.release(entry.handle);
  }

  /**
   * A tensor's values as TF.js knows them; types that it does not know are converted.
   *
   * @throws {TypeError} If the tensor exists only in a trace.
   */
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array {
    const { dtype } = this.describe(id);
    const { face } = dtypeInfo(dtype);
    if (face === dtype) return viewAs(this.read(id), dtype) as Float32Array;
    const [known] = this.#runEager("Cast", castAttributes(dtype, face), [this.#entry(id)], 1);
    if (!known) throw new Error(`TensorFlow gave nothing for a cast from ${dtype}`);
    try {
      return viewAs(this.#runtime.read(known), face) as Float32Array;
    } finally {
      this.#runtime.release(known);
    }
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
    const outputs = this.#runEager(op, attributes, ids.map((id) => this.#entry(id)), count);
    return outputs.map((handle) => this.#metadata(handle));
  }

  /** Runs a function that was added to the context: tensors first, then state updated in place. */
  callFunction(name: string, call: FunctionCall): TensorMetadata[] {
    for (const id of call.state) this.#becomeVariable(id);
    const inputs = call.inputs.map((id) => this.#entry(id));
    const state = call.state.map((id) => this.#entry(id).handle);
    const outputs = this.#withTensors(inputs, (handles) => {
      const wanted = handles.map(({ dtype }) => boundaryType(dtype));
      return this.#withTypes(
        handles,
        wanted,
        (tensors) =>
          this.#runtime.execute(
            name,
            call.attributes,
            [...tensors, ...state],
            call.resultTypes.length,
          ),
      );
    });
    return outputs.map((handle, i) => {
      const dtype = call.resultTypes[i] ?? handle.dtype;
      if (dtype === handle.dtype) return this.#metadata(handle);
      const [cast = handle] = this.#cast(handle, dtype);
      this.#runtime.release(handle);
      return this.#metadata(cast);
    });
  }

  /** The facts of a tensor that exists. */
  describe(id: number): OutsideTensor {
    const { shape, dtype } = this.#entry(id);
    const variable = this.variableNames.get(id);
    return { shape, dtype, ...(variable === undefined ? {} : { variable }) };
  }

  /** The real type of a tensor, one in a trace included. */
  dtypeOf(id: number): DType {
    return isSymbol(id) && this.tracer ? this.tracer.valueOf(id).dtype : this.#entry(id).dtype;
  }

  /** A tensor's bytes. */
  read(id: number): Uint8Array {
    return this.#withTensors([this.#entry(id)], ([handle]) => {
      if (!handle) throw new Error(`Tensor ${id} has no handle`);
      return this.#runtime.read(handle);
    });
  }

  /** A second id of the same tensor. */
  hold(id: number): number {
    return this.#withTensors([this.#entry(id)], ([handle]) => {
      if (!handle) throw new Error(`Tensor ${id} has no handle`);
      return this.#add(this.#runtime.share(handle));
    });
  }

  #add(handle: Handle): number {
    const { dtype, shape } = handle;
    this.#entries.set(this.#next, { dtype, shape, handle, isVariable: false });
    return this.#next++;
  }

  #entry(id: number): Entry {
    const entry = this.#entries.get(id);
    if (entry) return entry;
    const caller = calledAt(markCall());
    throw new TypeError(
      !isSymbol(id)
        ? `Tensor ${id} was disposed before it was used${caller}`
        : this.tracer
        ? `A value cannot be read while a function is compiled: it is ${
          this.tracer.nameOf(id)
        }${caller}`
        : `A tensor made inside a compiled function was used after it${caller}`,
    );
  }

  #becomeVariable(id: number) {
    const entry = this.#entry(id);
    if (entry.isVariable) return;
    const handle = makeVariable(this.#runtime, entry);
    assignVariable(this.#runtime, handle, entry.handle);
    this.#runtime.release(entry.handle);
    this.#entries.set(id, { ...entry, handle, isVariable: true });
  }

  #runEager(op: string, attributes: RawAttribute[], entries: Entry[], count: number): Handle[] {
    return this.#withTensors(entries, (handles) => {
      if (handles.every(({ dtype }) => isTfjsDType(dtype))) {
        return this.#runtime.execute(op, attributes, handles, count);
      }
      return this.#runWithTypes(op, attributes, handles, count);
    });
  }

  #runWithTypes(op: string, given: RawAttribute[], handles: Handle[], count: number): Handle[] {
    const signature = opSignature(op);
    if (!signature) return this.#runtime.execute(op, given, handles, count);
    const types = resolveTypes(signature, {
      attributes: parseAttributes(given),
      inputs: handles,
      outputCount: count,
    });
    return this.#withTypes(
      handles,
      types.inputs,
      (inputs) => this.#runtime.execute(op, rawAttributes(types.attributes), inputs, count),
    );
  }

  #metadata(handle: Handle): TensorMetadata {
    return metadata(this.#add(handle), handle.shape, handle.dtype);
  }

  #cast(handle: Handle, dtype: DType): Handle[] {
    return this.#runtime.execute("Cast", castAttributes(handle.dtype, dtype), [handle], 1);
  }

  // Tensors of other types than wanted are cast for the time of one call.
  #withTypes<T>(handles: Handle[], wanted: readonly DType[], use: (handles: Handle[]) => T): T {
    const made: Handle[] = [];
    try {
      return use(handles.map((handle, i) => {
        const dtype = wanted[i] ?? handle.dtype;
        if (dtype === handle.dtype) return handle;
        const [cast = handle] = this.#cast(handle, dtype);
        made.push(cast);
        return cast;
      }));
    } finally {
      made.forEach((handle) => this.#runtime.release(handle));
    }
  }

  // Variables are read for the time of one call.
  #withTensors<T>(entries: readonly Entry[], use: (handles: Handle[]) => T): T {
    const read: Handle[] = [];
    try {
      return use(entries.map((entry) => {
        if (!entry.isVariable) return entry.handle;
        const handle = readVariable(this.#runtime, entry.handle, entry.dtype);
        read.push(handle);
        return handle;
      }));
    } finally {
      read.forEach((handle) => this.#runtime.release(handle));
    }
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

function castAttributes(from: DType, to: DType): RawAttribute[] {
  return [
    { name: "SrcT", type: ATTRIBUTE_KIND.type, value: dtypeInfo(from).code },
    { name: "DstT", type: ATTRIBUTE_KIND.type, value: dtypeInfo(to).code },
  ];
}
