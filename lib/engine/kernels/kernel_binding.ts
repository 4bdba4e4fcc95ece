import { calledAt, markCall } from "../caller.ts";
import { type DType, dtypeInfo, dtypeOfCode } from "../dtype.ts";
import { bytesOf } from "../host_data.ts";
import { ATTRIBUTE_KIND, type RawAttribute } from "../trace/attributes.ts";
import { isSymbol, type OutsideTensor, type OutsideWorld, type Tracer } from "../trace/tracer.ts";

/** What TF.js's kernels learn about a tensor; the type is the one that TF.js knows. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** What every binding knows of a tensor. */
export interface TensorFacts {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** The tensors of a binding by their numbers. */
export interface Tensors<Stored extends TensorFacts> {
  /** How many tensors there are. */
  readonly size: number;
  /** A tensor, or `undefined` after it was deleted. */
  get(id: number): Stored | undefined;
  /** Deletes a tensor. */
  delete(id: number): void;
}

/**
 * The `TFJSBinding` of tfjs-node, tensors by number and ops by name, as far as it is the same over
 * every library: ops are written down while a function is traced, and run otherwise.
 */
export abstract class KernelBinding<Stored extends TensorFacts = TensorFacts>
  implements OutsideWorld {
  readonly TF_FLOAT: number = dtypeInfo("float32").code;
  readonly TF_INT32: number = dtypeInfo("int32").code;
  readonly TF_INT64: number = dtypeInfo("int64").code;
  readonly TF_BOOL: number = dtypeInfo("bool").code;
  readonly TF_COMPLEX64: number = dtypeInfo("complex64").code;
  readonly TF_STRING: number = dtypeInfo("string").code;
  readonly TF_RESOURCE: number = dtypeInfo("resource").code;
  readonly TF_UINT8: number = dtypeInfo("uint8").code;
  readonly TF_ATTR_STRING = ATTRIBUTE_KIND.string;
  readonly TF_ATTR_INT = ATTRIBUTE_KIND.int;
  readonly TF_ATTR_FLOAT = ATTRIBUTE_KIND.float;
  readonly TF_ATTR_BOOL = ATTRIBUTE_KIND.bool;
  readonly TF_ATTR_TYPE = ATTRIBUTE_KIND.type;
  readonly TF_ATTR_SHAPE = ATTRIBUTE_KIND.shape;

  /** Set while a function is traced: ops are then written down instead of run. */
  tracer: Tracer | undefined;

  /** The variables' names by their tensors' ids, while a function is traced. */
  variableNames: ReadonlyMap<number, string> = new Map();

  /** The tensors that exist. */
  protected abstract readonly tensors: Tensors<Stored>;

  /** Whether ops run on a GPU. */
  abstract isUsingGpuDevice(): boolean;

  /** Makes a tensor of any type from its bytes. */
  abstract createFromBytes(shape: readonly number[], dtype: DType, bytes: Uint8Array): number;

  /**
   * A tensor's values as TF.js knows them; types that it does not know are converted.
   *
   * @throws {TypeError} If the tensor has no values, for example because it exists only in a trace.
   */
  abstract tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;

  /** The type in which tensors of a type enter and leave compiled functions. */
  abstract boundaryType(dtype: DType): DType;

  /** A tensor's bytes. */
  abstract read(id: number): Uint8Array;

  /** The one element that all elements of a tensor equal, if the host knows so. */
  abstract uniformElement(id: number): Uint8Array | undefined;

  /** A second id of the same tensor. */
  abstract hold(id: number): number;

  /** Runs an op now. */
  protected abstract run(
    op: string,
    attributes: RawAttribute[],
    ids: number[],
    count: number,
  ): TensorMetadata[];

  /** How many tensors are alive. */
  getNumOfTensors(): number {
    return this.tensors.size;
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
      throw new TypeError("Tensors of strings cannot be computed with on this backend");
    }
    return this.createFromBytes(shape, name, bytesOf(values, name));
  }

  /** Gives a tensor back. */
  deleteTensor(id: number): void {
    if (isSymbol(id)) this.tracer?.forget(id);
    else this.tensors.delete(id);
  }

  /** Runs an op, or writes it down while a function is traced. */
  executeOp(
    op: string,
    attributes: RawAttribute[],
    ids: number[],
    count: number,
  ): TensorMetadata[] {
    if (!this.tracer) return this.run(op, attributes, ids, count);
    return this.tracer.addOp(op, attributes, ids, count).map(({ id, ...facts }) =>
      metadataOf(id, facts)
    );
  }

  /** Whether a tensor has a shape and a type, and no values: where values always are, none is. */
  isHollow(_id: number): boolean {
    return false;
  }

  /** The facts of a tensor that exists. */
  describe(id: number): OutsideTensor {
    const { shape, dtype } = this.stored(id);
    const variable = this.variableNames.get(id);
    return { shape, dtype, ...(variable === undefined ? {} : { variable }) };
  }

  /** The real type of a tensor, one in a trace included. */
  dtypeOf(id: number): DType {
    return isSymbol(id) && this.tracer ? this.tracer.valueOf(id).dtype : this.stored(id).dtype;
  }

  /**
   * A tensor that exists.
   *
   * @throws {TypeError} If it was disposed, or exists only in a trace.
   */
  protected stored(id: number): Stored {
    const stored = this.tensors.get(id);
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
}

/** What TF.js's kernels learn about a tensor. */
export function metadataOf(id: number, { shape, dtype }: TensorFacts): TensorMetadata {
  return { id, shape: [...shape], dtype: dtypeInfo(dtypeInfo(dtype).face).code };
}
