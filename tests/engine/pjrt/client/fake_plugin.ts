import { CALLS, VERSION_AT } from "../../../../lib/engine/pjrt/client/layout.ts";

type Name = keyof typeof CALLS;

/** What a function of a fake plugin does with its arguments; what it returns is an error's address. */
export type FakeCall = (args: DataView<ArrayBuffer>) => bigint;

const CALL = { parameters: ["pointer"], result: "pointer" } as const;

/** A table of functions as a plugin gives it, its functions written in TypeScript. */
export class FakePlugin implements Disposable {
  readonly #callbacks: Deno.UnsafeCallback<typeof CALL>[] = [];
  readonly #bytes = new Uint8Array(1024);

  constructor(
    { version, size = 1024, calls = {} }: {
      version: readonly [number, number];
      size?: number;
      calls?: Partial<Record<Name, FakeCall>>;
    },
  ) {
    const view = new DataView(this.#bytes.buffer);
    view.setBigUint64(0, BigInt(size), true);
    view.setInt32(VERSION_AT + 16, version[0], true);
    view.setInt32(VERSION_AT + 20, version[1], true);
    for (const [name, call] of Object.entries(calls)) {
      view.setBigUint64(CALLS[name as Name].at, this.#address(name as Name, call), true);
    }
  }

  /** What `GetPjrtApi()` would return. */
  get table(): Deno.PointerObject {
    const pointer = Deno.UnsafePointer.of(this.#bytes);
    if (pointer === null) throw new Error("The table has no address");
    return pointer;
  }

  [Symbol.dispose](): void {
    for (const callback of this.#callbacks) callback.close();
  }

  #address(name: Name, call: FakeCall): bigint {
    const callback = new Deno.UnsafeCallback(CALL, (pointer) => {
      if (pointer === null) throw new Error("A call without arguments");
      const buffer = Deno.UnsafePointerView.getArrayBuffer(pointer, CALLS[name].size);
      return Deno.UnsafePointer.create(call(new DataView(buffer)));
    });
    this.#callbacks.push(callback);
    return Deno.UnsafePointer.value(callback.pointer);
  }
}
