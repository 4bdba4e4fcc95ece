import { type DType, dtypeInfo } from "../dtype.ts";
import { ATTRIBUTE_KIND, type RawAttribute } from "../trace/attributes.ts";
import type { Handle, Runtime } from "./runtime.ts";
import { assignVariable, makeVariable, readVariable } from "./variables.ts";

/** A tensor and where it is. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Values that were not sent to TensorFlow yet. */
  readonly bytes?: Uint8Array;
  /** TensorFlow's tensor, or of a variable its resource. */
  readonly handle?: Handle;
  /** Whether compiled functions update it in place. */
  readonly isVariable: boolean;
}

/** The tensors of a binding by their numbers: on the host, in TensorFlow, or as variables. */
export class TensorStore {
  readonly #runtime: Runtime;
  readonly #tensors = new Map<number, StoredTensor>();
  #next = 1;

  /** Makes an empty store. */
  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** How many tensors there are. */
  get size(): number {
    return this.#tensors.size;
  }

  /** A tensor, or `undefined` after it was deleted. */
  get(id: number): StoredTensor | undefined {
    return this.#tensors.get(id);
  }

  /** Adds values that wait on the host until TensorFlow needs them. */
  addBytes(shape: readonly number[], dtype: DType, bytes: Uint8Array): number {
    return this.#set(this.#next++, { dtype, shape, bytes, isVariable: false });
  }

  /** Adds a tensor of TensorFlow's. */
  addHandle(handle: Handle): number {
    const { dtype, shape } = handle;
    return this.#set(this.#next++, { dtype, shape, handle, isVariable: false });
  }

  /** Adds a second number for a tensor. */
  addShared(stored: StoredTensor): number {
    if (stored.bytes) return this.addBytes(stored.shape, stored.dtype, stored.bytes);
    return this.use([stored], ([handle]) => this.addHandle(this.#runtime.share(present(handle))));
  }

  /** Deletes a tensor. */
  delete(id: number): void {
    const stored = this.#tensors.get(id);
    this.#tensors.delete(id);
    if (stored?.handle) this.#runtime.release(stored.handle);
  }

  /** A tensor's bytes, copied to the host. */
  read(stored: StoredTensor): Uint8Array {
    if (stored.bytes) return stored.bytes;
    return this.use([stored], ([handle]) => this.#runtime.read(present(handle)));
  }

  /** Moves values that wait on the host to TensorFlow. */
  send(id: number, stored: StoredTensor): StoredTensor {
    if (!stored.bytes) return stored;
    const { dtype, shape, bytes } = stored;
    const handle = this.#runtime.create(shape, dtype, bytes);
    const sent: StoredTensor = { dtype, shape, handle, isVariable: false };
    this.#set(id, sent);
    return sent;
  }

  /** Makes a tensor one that compiled functions update in place; returns the resource. */
  makeVariable(id: number, stored: StoredTensor): Handle {
    const { dtype, shape, handle } = this.send(id, stored);
    if (stored.isVariable) return present(handle);
    const resource = makeVariable(this.#runtime, stored);
    assignVariable(this.#runtime, resource, present(handle));
    this.#runtime.release(present(handle));
    this.#set(id, { dtype, shape, handle: resource, isVariable: true });
    return resource;
  }

  /** Calls `run` with TensorFlow's tensors; variables are read for the time of the call. */
  use<T>(tensors: readonly StoredTensor[], run: (handles: Handle[]) => T): T {
    const made: Handle[] = [];
    try {
      return run(tensors.map((stored) => {
        if (stored.handle && !stored.isVariable) return stored.handle;
        const handle = stored.handle
          ? readVariable(this.#runtime, stored.handle, stored.dtype)
          : this.#runtime.create(stored.shape, stored.dtype, present(stored.bytes));
        made.push(handle);
        return handle;
      }));
    } finally {
      made.forEach((handle) => this.#runtime.release(handle));
    }
  }

  /** Calls `run` with tensors of the wanted types; others are cast for the time of the call. */
  useAs<T>(handles: Handle[], wanted: readonly DType[], run: (handles: Handle[]) => T): T {
    const made: Handle[] = [];
    try {
      return run(handles.map((handle, i) => {
        const dtype = wanted[i] ?? handle.dtype;
        if (dtype === handle.dtype) return handle;
        const cast = this.cast(handle, dtype);
        made.push(cast);
        return cast;
      }));
    } finally {
      made.forEach((handle) => this.#runtime.release(handle));
    }
  }

  /** A new tensor of another type. */
  cast(handle: Handle, dtype: DType): Handle {
    const [cast] = this.#runtime.execute("Cast", castAttributes(handle.dtype, dtype), [handle], 1);
    return present(cast);
  }

  #set(id: number, stored: StoredTensor): number {
    this.#tensors.set(id, stored);
    return id;
  }
}

function castAttributes(from: DType, to: DType): RawAttribute[] {
  return [
    { name: "SrcT", type: ATTRIBUTE_KIND.type, value: dtypeInfo(from).code },
    { name: "DstT", type: ATTRIBUTE_KIND.type, value: dtypeInfo(to).code },
  ];
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("A tensor of the store has neither values nor a handle");
  return value;
}
