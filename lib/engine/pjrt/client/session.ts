import type { PjrtApi } from "./api.ts";

/** A running client of a plugin, as its buffers and executables see it. */
export class Session implements Disposable {
  /** The plugin's functions. */
  readonly api: PjrtApi;
  /** The address of the plugin's client. */
  readonly client: bigint;
  /** The address of the device that programs run on. */
  readonly device: bigint;

  // What lives on the device must be freed before the client, or the plugin frees it twice.
  readonly #resources = new Set<Disposable>();
  #closed = false;
  #pending = 0;

  /** Wraps a client that the plugin made. */
  constructor(api: PjrtApi, client: bigint, device: bigint) {
    this.api = api;
    this.client = client;
    this.device = device;
  }

  /** Whether the client was freed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Frees `resource` with the session, if it is not freed before. */
  keep(resource: Disposable): void {
    if (this.#closed) throw new TypeError("The client was disposed: open another one");
    this.#resources.add(resource);
  }

  /** Says that a resource was freed. */
  forget(resource: Disposable): void {
    this.#resources.delete(resource);
  }

  /** Does work in other threads; the client lives until it is done, though it be disposed before. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#pending++;
    try {
      return await work();
    } finally {
      this.#pending--;
      this.#destroyIfUnused();
    }
  }

  /** Frees everything that lives on the device, then the client. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    for (const resource of [...this.#resources]) resource[Symbol.dispose]();
    this.#closed = true;
    this.#destroyIfUnused();
  }

  #destroyIfUnused() {
    if (this.#closed && this.#pending === 0) {
      this.api.call("Client_Destroy", { client: this.client });
    }
  }
}
