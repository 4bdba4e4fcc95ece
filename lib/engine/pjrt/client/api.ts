import { CALLS } from "./layout.ts";
import { textAt } from "./native_memory.ts";
import { PjrtError } from "./pjrt_error.ts";
import { type FieldValues, Struct } from "./struct.ts";

/** The functions that the client calls, by their names without `PJRT_`. */
export type CallName = keyof typeof CALLS;

/** The arguments of a function, results included. */
export type CallArguments<Name extends CallName> = Struct<(typeof CALLS)[Name]>;

const BLOCKING = { parameters: ["buffer"], result: "pointer" } as const;
const NONBLOCKING = { parameters: ["buffer"], result: "pointer", nonblocking: true } as const;

/** The table of functions of a loaded plugin. */
export class PjrtApi {
  readonly #table: Deno.UnsafePointerView;
  readonly #size: number;
  readonly #blocking = new Map<CallName, Deno.UnsafeFnPointer<typeof BLOCKING>>();

  /** Wraps the table that a plugin's `GetPjrtApi()` returned. */
  constructor(table: Deno.PointerObject) {
    this.#table = new Deno.UnsafePointerView(table);
    this.#size = Number(this.#table.getBigUint64());
  }

  /**
   * Calls a function and waits for it.
   *
   * @returns Its arguments, with the results that it set.
   * @throws {PjrtError} If it reports one, or the plugin is too old to have the function.
   */
  call<Name extends CallName>(
    name: Name,
    values: FieldValues<(typeof CALLS)[Name]> = {},
  ): CallArguments<Name> {
    const args = new Struct(CALLS[name], values);
    this.callWith(name, args);
    return args;
  }

  /** As {@linkcode PjrtApi.call}, with arguments that the caller made and may use again. */
  callWith<Name extends CallName>(name: Name, args: CallArguments<Name>): void {
    let call = this.#blocking.get(name);
    if (!call) {
      call = new Deno.UnsafeFnPointer(this.#pointer(name), BLOCKING);
      this.#blocking.set(name, call);
    }
    const error = call.call(args.bytes);
    if (error !== null) this.#throw(name, error);
  }

  /** As {@linkcode PjrtApi.call}, in another thread: timers and signals of this one go on. */
  async callAside<Name extends CallName>(
    name: Name,
    values: FieldValues<(typeof CALLS)[Name]>,
  ): Promise<CallArguments<Name>> {
    const args = new Struct(CALLS[name], values);
    const call = new Deno.UnsafeFnPointer(this.#pointer(name), NONBLOCKING);
    const error = await call.call(args.bytes);
    if (error !== null) this.#throw(name, error);
    return args;
  }

  /** Waits for an event, reports its error and frees it. */
  wait(event: bigint): void {
    if (event === 0n) return;
    try {
      this.call("Event_Await", { event });
    } finally {
      this.call("Event_Destroy", { event });
    }
  }

  #pointer<Definition>(name: CallName): Deno.PointerObject<Definition> {
    const { at } = CALLS[name];
    const pointer = at < this.#size ? this.#table.getPointer<Definition>(at) : null;
    if (pointer !== null) return pointer;
    throw new PjrtError(`The plugin is too old: it has no function PJRT_${name}`, {
      code: 12,
      call: name,
    });
  }

  #throw(call: CallName, pointer: Deno.PointerObject): never {
    const error = Deno.UnsafePointer.value(pointer);
    // These two report no errors of their own: what they return means nothing.
    const message = new Struct(CALLS.Error_Message, { error });
    new Deno.UnsafeFnPointer(this.#pointer("Error_Message"), VOID).call(message.bytes);
    const text = textAt(message.address("message"), message.number("message_size"));
    const code = this.call("Error_GetCode", { error }).number("code");
    const destroy = new Struct(CALLS.Error_Destroy, { error });
    new Deno.UnsafeFnPointer(this.#pointer("Error_Destroy"), VOID).call(destroy.bytes);
    // The message may go on in a sentence of ours.
    throw new PjrtError(text.trim().replace(/\.$/, ""), { code, call });
  }
}

const VOID = { parameters: ["buffer"], result: "void" } as const;
