import { PjrtBuffer } from "./buffer.ts";
import { CALLS, STRUCTS } from "./layout.ts";
import { bytesAt, textAt } from "./native_memory.ts";
import { outputTypes } from "./output_types.ts";
import type { Session } from "./session.ts";
import { addressOf, Struct } from "./struct.ts";
import { sameType, type TensorType, typeText } from "./tensor_type.ts";

/** Bytes of device memory that a run of a program needs, by the compiler's own account. */
export interface PjrtMemory {
  /** All inputs. */
  readonly argumentBytes: number;
  /** All outputs. */
  readonly outputBytes: number;
  /** The part of the outputs that lies in the memory of donated inputs. */
  readonly aliasBytes: number;
  /** Everything that lives only while the program runs. */
  readonly temporaryBytes: number;
  /** The machine code. */
  readonly codeBytes: number;
  /** Arguments, outputs and temporaries less the aliased part. */
  readonly totalBytes: number;
}

const DELETER = { parameters: ["pointer"], result: "void" } as const;

/** A compiled program on a device. */
export class PjrtExecutable implements Disposable {
  readonly #session: Session;
  readonly #signature: readonly TensorType[] | undefined;
  #loaded: bigint;
  #executable: bigint;

  /** The name of the program's module. */
  readonly name: string;
  /** The element type and shape of each output. */
  readonly outputs: readonly TensorType[];

  /** Takes over a program that the plugin loaded. */
  constructor(session: Session, loaded: bigint, signature: readonly TensorType[] | undefined) {
    const { api } = session;
    this.#session = session;
    this.#loaded = loaded;
    this.#signature = signature;
    session.keep(this);
    const args = api.call("LoadedExecutable_GetExecutable", { loaded_executable: loaded });
    this.#executable = args.address("executable");
    const name = api.call("Executable_Name", { executable: this.#executable });
    this.name = textAt(name.address("executable_name"), name.number("executable_name_size"));
    this.outputs = outputTypes(api, this.#executable);
  }

  /** How many tensors a run returns. */
  get outputCount(): number {
    return this.outputs.length;
  }

  /** What a run needs of the device's memory; nothing is run. */
  memory(): PjrtMemory {
    const stats = this.#session.api.call("Executable_GetCompiledMemoryStats", {
      executable: this.#live(this.#executable),
    });
    const argumentBytes = stats.number("argument_size_in_bytes");
    const outputBytes = stats.number("output_size_in_bytes");
    const aliasBytes = stats.number("alias_size_in_bytes");
    const temporaryBytes = stats.number("temp_size_in_bytes");
    return {
      argumentBytes,
      outputBytes,
      aliasBytes,
      temporaryBytes,
      codeBytes: stats.number("generated_code_size_in_bytes"),
      totalBytes: argumentBytes + outputBytes + temporaryBytes - aliasBytes,
    };
  }

  /**
   * Runs the program. It may still be running when this returns: reading an output waits for it.
   *
   * @param inputs The arguments in order.
   * @param donated Which inputs the program may write its outputs over: they cannot be used again.
   * @throws {TypeError} If an input does not fit the program, or was donated or disposed before.
   * @throws {PjrtError} If the plugin refuses, for example for want of memory.
   */
  run(inputs: readonly PjrtBuffer[], donated: readonly number[] = []): PjrtBuffer[] {
    this.#checkInputs(inputs);
    this.#checkDonated(inputs, donated);
    const outputs = new BigUint64Array(Math.max(1, this.outputs.length));
    const args = this.#arguments(inputs, { donated, outputs });
    this.#session.api.callWith("LoadedExecutable_Execute", args);
    for (const index of donated) inputs[index]?.consume();
    return this.outputs.map((type, i) => new PjrtBuffer(this.#session, outputs[i] ?? 0n, type));
  }

  /** The compiled program as bytes, for {@linkcode PjrtClient.load} of the same plugin and machine. */
  serialize(): Uint8Array<ArrayBuffer> {
    const args = this.#session.api.call("Executable_Serialize", {
      executable: this.#live(this.#executable),
    });
    const bytes = bytesAt(args.address("serialized_bytes"), args.number("serialized_bytes_size"));
    const free = Deno.UnsafePointer.create<typeof DELETER>(
      args.address("serialized_executable_deleter"),
    );
    const owner = Deno.UnsafePointer.create(args.address("serialized_executable"));
    if (free !== null) new Deno.UnsafeFnPointer(free, DELETER).call(owner);
    return bytes;
  }

  /** Frees the program; its outputs live on. */
  [Symbol.dispose](): void {
    if (this.#loaded === 0n) return;
    const { api } = this.#session;
    this.#session.forget(this);
    api.call("Executable_Destroy", { executable: this.#executable });
    api.call("LoadedExecutable_Destroy", { executable: this.#loaded });
    this.#executable = this.#loaded = 0n;
  }

  #live(address: bigint): bigint {
    if (address !== 0n) return address;
    throw new TypeError(`Cannot use program '${this.name}': it was disposed`);
  }

  #checkInputs(inputs: readonly PjrtBuffer[]) {
    const signature = this.#signature;
    if (!signature) return;
    if (inputs.length !== signature.length) {
      throw new TypeError(
        `Program '${this.name}' takes ${signature.length} inputs: ${inputs.length} were given`,
      );
    }
    signature.forEach((expected, i) => {
      const given = inputs[i];
      if (given && sameType(given, expected)) return;
      throw new TypeError(
        `Input ${i} of program '${this.name}' must be ${typeText(expected)}: ` +
          `${given ? typeText(given) : "nothing"} was given`,
      );
    });
  }

  #checkDonated(inputs: readonly PjrtBuffer[], donated: readonly number[]) {
    for (const index of donated) {
      const input = inputs[index];
      if (!input) throw new RangeError(`Cannot donate input ${index}: there are ${inputs.length}`);
      const first = inputs.indexOf(input);
      const other = first === index ? inputs.indexOf(input, index + 1) : first;
      if (other === -1) continue;
      throw new TypeError(
        `Cannot donate input ${index} of program '${this.name}': the same buffer is input ${other}`,
      );
    }
  }

  #arguments(
    inputs: readonly PjrtBuffer[],
    { donated, outputs }: { donated: readonly number[]; outputs: BigUint64Array<ArrayBuffer> },
  ) {
    const list = BigUint64Array.from(inputs, ({ address }) => address);
    const given = new Set(donated);
    const kept = inputs.flatMap((_, i) => given.has(i) ? [] : [BigInt(i)]);
    const options = new Struct(STRUCTS.ExecuteOptions, {
      non_donatable_input_indices: BigInt64Array.from(kept),
      num_non_donatable_input_indices: kept.length,
    });
    const args = new Struct(CALLS.LoadedExecutable_Execute, {
      executable: this.#live(this.#loaded),
      options,
      argument_lists: BigUint64Array.of(addressOf(list)),
      num_devices: 1,
      num_args: inputs.length,
      output_lists: BigUint64Array.of(addressOf(outputs)),
    });
    args.keep(list);
    return args;
  }
}
