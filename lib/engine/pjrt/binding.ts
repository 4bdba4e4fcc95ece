import { calledAt, markCall } from "../caller.ts";
import { byteLength, type DType, dtypeInfo } from "../dtype.ts";
import { uniformElement, viewAs } from "../host_data.ts";
import {
  KernelBinding,
  metadataOf,
  type TensorFacts,
  type TensorMetadata,
} from "../kernels/kernel_binding.ts";
import { ATTRIBUTE_KIND, type RawAttribute } from "../trace/attributes.ts";
import type { PjrtClient } from "./client/client.ts";
import type { Operand } from "./op_graph.ts";
import { OpPrograms } from "./op_programs.ts";
import type { ProgramCall } from "./program_call.ts";
import type { SharedBuffer } from "./shared_buffer.ts";
import { isSymbol } from "../trace/tracer.ts";
import { staticOperands } from "./static_operands.ts";
import { isHollow, type StoredTensor, TensorStore } from "./tensor_store.ts";

// Values of at most this many bytes wait on the host: most of them are axes, shapes and factors,
// which become constants of programs.
const SMALL = 1024;

/** Options of {@linkcode PjrtBinding}. */
export interface PjrtBindingOptions {
  /** The client that programs run on. */
  readonly client: PjrtClient;
  /**
   * Tensors of more than 1,024 bytes have no values: of what would be computed of them only shape
   * and type are known. Default: false.
   */
  readonly hollowOnly?: boolean;
}

/**
 * The `TFJSBinding` of tfjs-node over a PJRT client: an eager op is a program of one op, compiled
 * once for its shapes.
 *
 * A hollow tensor has a shape and a type and no values. An op that takes one gives hollow tensors,
 * and nothing is computed.
 */
export class PjrtBinding extends KernelBinding<StoredTensor> {
  protected override readonly tensors: TensorStore = new TensorStore();
  readonly #client: PjrtClient;
  readonly #programs: OpPrograms;
  readonly #hollowOnly: boolean;

  /** Puts a binding over a client. */
  constructor({ client, hollowOnly = false }: PjrtBindingOptions) {
    super();
    this.#client = client;
    this.#programs = new OpPrograms(client);
    this.#hollowOnly = hollowOnly;
  }

  override isUsingGpuDevice(): boolean {
    return !this.#hollowOnly && this.#client.platform !== "cpu";
  }

  override createFromBytes(shape: readonly number[], dtype: DType, bytes: Uint8Array): number {
    if (this.#hollowOnly && bytes.byteLength > SMALL) {
      return this.createHollow({ shape, dtype }, uniformElement(bytes, dtype));
    }
    // A tensor made in a trace may be one that the program never asks for. The host's array may change.
    if (this.tracer || bytes.byteLength <= SMALL) {
      return this.tensors.addBytes(shape, dtype, bytes.slice());
    }
    return this.tensors.addBuffer(this.#client.toDevice(bytes, dtype, shape));
  }

  /** Makes a tensor without values; `element` is what all its elements would equal, if known. */
  createHollow(facts: TensorFacts, element?: Uint8Array): number {
    return this.tensors.addHollow(facts, element);
  }

  override isHollow(id: number): boolean {
    return !isSymbol(id) && isHollow(this.stored(id));
  }

  override tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array {
    const { dtype } = this.stored(id);
    const { face } = dtypeInfo(dtype);
    if (face === dtype) return viewAs(this.read(id), face) as Float32Array;
    const known = this.#cast(id, face);
    try {
      return viewAs(this.read(known), face) as Float32Array;
    } finally {
      this.deleteTensor(known);
    }
  }

  override boundaryType(dtype: DType): DType {
    return dtype;
  }

  override read(id: number): Uint8Array {
    return this.#valuesOf(this.stored(id));
  }

  override uniformElement(id: number): Uint8Array | undefined {
    const { bytes, dtype, element } = this.stored(id);
    return element ?? (bytes && uniformElement(bytes, dtype));
  }

  override hold(id: number): number {
    return this.tensors.addShared(this.stored(id));
  }

  /** Whether a compiled function over these tensors would run, and not only give hollow results. */
  runs(ids: readonly number[]): boolean {
    return !this.#hollowOnly && !ids.some((id) => isHollow(this.stored(id)));
  }

  /**
   * Runs a compiled function. A variable's new value takes the memory of the old one, unless
   * another tensor has that memory, too; the variable's number stays.
   */
  callProgram(call: ProgramCall): TensorMetadata[] {
    const ids = [...call.inputs, ...call.state];
    const given = [...ids.map((id) => this.stored(id)), ...call.results, ...call.updates];
    if (this.#cannotRun(given, ids.length)) return this.#hollowResults(call);
    const buffers = ids.map((id) => this.#sent(id));
    const { executable, donated } = call.program();
    const alone = donated.filter((i) =>
      buffers[i]?.exclusive && buffers.indexOf(buffers[i]) === buffers.lastIndexOf(buffers[i])
    );
    const outputs = executable.run(buffers.map(({ buffer }) => buffer), alone);
    call.updates.forEach(({ state }, i) => {
      const [id, buffer] = [call.state[state], outputs[call.results.length + i]];
      if (id !== undefined && buffer) this.tensors.setBuffer(id, buffer);
    });
    return outputs.slice(0, call.results.length)
      .map((buffer) => metadataOf(this.tensors.addBuffer(buffer), buffer));
  }

  protected override run(
    op: string,
    attributes: RawAttribute[],
    ids: number[],
    count: number,
  ): TensorMetadata[] {
    const isStatic = staticOperands(op, ids.length);
    const tensors = ids.map((id) => this.stored(id));
    const operands = tensors.map((stored, i): Operand => {
      const { shape, dtype } = stored;
      return isStatic[i] ? { shape, dtype, values: this.#valuesOf(stored) } : { shape, dtype };
    });
    const program = this.#programs.get({ op, attributes, operands, count });
    if (this.#cannotRun([...tensors, ...program.outputs], tensors.length)) {
      return program.outputs.map((facts) => this.#hollow(facts));
    }
    const inputs = ids.filter((_, i) => !isStatic[i]).map((id) => this.#sent(id).buffer);
    return program.run(inputs)
      .map((buffer) => metadataOf(this.tensors.addBuffer(buffer), buffer));
  }

  // Whether one of the first `taken` tensors is hollow, or a tensor may not have values.
  #cannotRun(tensors: readonly StoredTensor[], taken: number): boolean {
    return tensors.some((stored, i) =>
      i < taken
        ? isHollow(stored)
        : this.#hollowOnly && byteLength(stored.shape, stored.dtype) > SMALL
    );
  }

  #hollowResults({ results, updates, state }: ProgramCall): TensorMetadata[] {
    updates.forEach((update) => {
      const id = state[update.state];
      if (id !== undefined) this.tensors.setHollow(id, update);
    });
    return results.map((facts) => this.#hollow(facts));
  }

  #hollow(facts: TensorFacts): TensorMetadata {
    return metadataOf(this.createHollow(facts), facts);
  }

  #cast(id: number, dtype: DType): number {
    const { type } = ATTRIBUTE_KIND;
    const [cast] = this.run(
      "Cast",
      [
        { name: "SrcT", type, value: dtypeInfo(this.stored(id).dtype).code },
        { name: "DstT", type, value: dtypeInfo(dtype).code },
      ],
      [id],
      1,
    );
    return cast?.id ?? -1;
  }

  #valuesOf({ shape, dtype, bytes, buffer }: StoredTensor): Uint8Array {
    const values = bytes ?? buffer?.buffer.read();
    if (values) return values;
    throw new TypeError(
      `A hollow ${dtype}[${shape}] has no values to read: it has a shape and a type only` +
        calledAt(markCall()),
    );
  }

  #sent(id: number): SharedBuffer {
    const stored = this.stored(id);
    if (stored.buffer) return stored.buffer;
    const { shape, dtype } = stored;
    return this.tensors.setBuffer(
      id,
      this.#client.toDevice(this.#valuesOf(stored), dtype, shape),
    );
  }
}
