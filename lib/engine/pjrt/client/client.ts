import { join, resolve } from "node:path";
import { findCacheFolder } from "../../../io/cache_folder.ts";
import { byteLength, type DType } from "../../dtype.ts";
import type { PjrtPlugin } from "../plugin/pjrt_plugin.ts";
import { PjrtBuffer } from "./buffer.ts";
import { compileOptionsProto, type PjrtCompileOptions } from "./compile_options.ts";
import type { PjrtDevice } from "./device.ts";
import { bufferType } from "./dtypes.ts";
import { PjrtExecutable } from "./executable.ts";
import { keepFailedProgram } from "./failed_program.ts";
import { STRUCTS } from "./layout.ts";
import type { NamedValue } from "./named_values.ts";
import { PjrtError } from "./pjrt_error.ts";
import type { Session } from "./session.ts";
import { startClient, type StartedClient } from "./start_client.ts";
import { Struct } from "./struct.ts";
import { typeText } from "./tensor_type.ts";

// The host's bytes stay as they are until the copy is done, and are then ours again.
const IMMUTABLE_UNTIL_TRANSFER_COMPLETES = 1;

const encoder = new TextEncoder();

/** Options for {@linkcode PjrtClient.open}. */
export interface OpenPjrtOptions {
  /** Options of the plugin's client, in place of those for its kind. */
  readonly clientOptions?: Readonly<Record<string, NamedValue>>;
  /** The cache folder, where programs that fail to compile are kept; by default the usual one. */
  readonly cacheDir?: string;
}

/** Options for {@linkcode PjrtClient.load}. */
export type LoadOptions = Pick<PjrtCompileOptions, "signature">;

/** A plugin at work: compiles StableHLO programs and runs them on its first device. */
export class PjrtClient implements Disposable {
  readonly #session: Session;
  readonly #failedFolder: string | undefined;

  /** The plugin. */
  readonly plugin: PjrtPlugin;
  /** The platform, for example `cpu` or `cuda`. */
  readonly platform: string;
  /** What the plugin says of its build. */
  readonly platformVersion: string;
  /** The version of PJRT's API that the plugin was built with, major and minor. */
  readonly apiVersion: readonly [number, number];
  /** The devices of this machine; programs run on the first. */
  readonly devices: readonly PjrtDevice[];

  private constructor(plugin: PjrtPlugin, started: StartedClient, cacheDir: string | undefined) {
    this.plugin = plugin;
    this.#session = started.session;
    this.#failedFolder = cacheDir && join(resolve(cacheDir), "pjrt", "failed");
    this.platform = started.platform;
    this.platformVersion = started.platformVersion;
    this.apiVersion = started.apiVersion;
    this.devices = started.devices;
  }

  /**
   * Loads a plugin and starts its client. The library stays in the process.
   *
   * @throws {TypeError} If the file is no plugin.
   * @throws {PjrtError} If the plugin is of another version, or finds no device.
   */
  static open(plugin: PjrtPlugin, options: OpenPjrtOptions = {}): PjrtClient {
    const { clientOptions, cacheDir = findCacheFolder() } = options;
    return new PjrtClient(plugin, startClient(plugin, clientOptions), cacheDir);
  }

  /**
   * Compiles a program, a StableHLO module as text. Nothing else happens in the process meanwhile.
   *
   * @throws {PjrtError} With the compiler's message, if the program does not compile.
   */
  compileSync(text: string, options: PjrtCompileOptions = {}): PjrtExecutable {
    try {
      const args = this.#session.api.call("Client_Compile", this.#compileValues(text, options));
      return this.#executable(args.address("executable"), options);
    } catch (error) {
      throw this.#compileError(error, text, options);
    }
  }

  /** As {@linkcode PjrtClient.compileSync}, in another thread: timers and signals go on. */
  async compile(text: string, options: PjrtCompileOptions = {}): Promise<PjrtExecutable> {
    const values = this.#compileValues(text, options);
    return await this.#session.during(async () => {
      try {
        const args = await this.#session.api.callAside("Client_Compile", values);
        return this.#executable(args.address("executable"), options);
      } catch (error) {
        throw this.#compileError(error, text, options);
      }
    });
  }

  /**
   * Loads what {@linkcode PjrtExecutable.serialize} gave. The bytes hold machine code: they must come
   * from the same plugin on the same kind of machine, and from a place that is trusted.
   *
   * @throws {PjrtError} If the plugin does not take them.
   */
  load(serialized: Uint8Array, options: LoadOptions = {}): PjrtExecutable {
    const args = this.#session.api.call("Executable_DeserializeAndLoad", {
      client: this.#open().client,
      serialized_executable: serialized,
      serialized_executable_size: serialized.byteLength,
    });
    return this.#executable(args.address("loaded_executable"), options);
  }

  /**
   * Copies a tensor to the device. The bytes are free to change when this returns.
   *
   * @param bytes The elements in row-major order, 4-bit ones in a byte each.
   * @throws {RangeError} If the bytes do not fit the shape.
   */
  toDevice(bytes: Uint8Array, dtype: DType, shape: readonly number[]): PjrtBuffer {
    const expected = byteLength(shape, dtype);
    if (bytes.byteLength !== expected) {
      throw new RangeError(
        `A tensor of ${typeText({ dtype, shape })} has ${expected} bytes: ` +
          `${bytes.byteLength} were given`,
      );
    }
    const { api, client, device } = this.#open();
    const args = api.call("Client_BufferFromHostBuffer", {
      client,
      data: expected > 0 ? bytes : new Uint8Array(1),
      type: bufferType(dtype),
      dims: BigInt64Array.from(shape, BigInt),
      num_dims: shape.length,
      host_buffer_semantics: IMMUTABLE_UNTIL_TRANSFER_COMPLETES,
      device,
    });
    const buffer = new PjrtBuffer(this.#session, args.address("buffer"), { dtype, shape });
    api.wait(args.address("done_with_host_buffer"));
    return buffer;
  }

  /** Keeps a program that does not compile; the path, or `undefined` where it cannot be written. */
  keepFailed(text: string): string | undefined {
    return this.#failedFolder && keepFailedProgram(text, this.#failedFolder);
  }

  /** Frees the client and all that it made; the library stays in the process. */
  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]();
  }

  #open(): Session {
    if (!this.#session.closed) return this.#session;
    throw new TypeError("The client was disposed: open another one");
  }

  #compileValues(text: string, options: PjrtCompileOptions) {
    const code = encoder.encode(text);
    const format = encoder.encode("mlir");
    const program = new Struct(STRUCTS.Program, {
      code,
      code_size: code.length,
      format,
      format_size: format.length,
    });
    const proto = compileOptionsProto(options, this.platform);
    const { client } = this.#open();
    return { client, program, compile_options: proto, compile_options_size: proto.length };
  }

  #executable(loaded: bigint, { signature }: LoadOptions): PjrtExecutable {
    if (this.#session.closed) {
      this.#session.api.call("LoadedExecutable_Destroy", { executable: loaded });
    }
    this.#open();
    return new PjrtExecutable(this.#session, loaded, signature);
  }

  #compileError(
    error: unknown,
    text: string,
    { expectedFailure, isProbe = false }: PjrtCompileOptions,
  ): unknown {
    if (!(error instanceof PjrtError) || error.call !== "Client_Compile") return error;
    if (expectedFailure !== undefined && error.message.includes(expectedFailure)) return error;
    const path = isProbe ? undefined : this.keepFailed(text);
    const where = path === undefined ? "" : `: the program is in ${path}`;
    return error.within(`Cannot compile a program for ${this.platform}`, where);
  }
}
