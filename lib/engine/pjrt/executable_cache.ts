import { createHash } from "node:crypto";
import { join } from "node:path";
import { returnFreedMemory } from "../native/return_freed_memory.ts";
import type { PjrtClient } from "./client/client.ts";
import type { PjrtCompileOptions } from "./client/compile_options.ts";
import type { PjrtExecutable } from "./client/executable.ts";
import { machineText } from "./machine_text.ts";

// What compiles faster than it is read and checked need not be kept.
const LEAST_SECONDS = 1;

// A compiler that worked so long has freed hundreds of megabytes.
const LARGE_SECONDS = 1;

// Programs of some megabytes each.
const MOST_FILES = 32;

const SUFFIX = ".pjrt";
const DIGEST_BYTES = 32;

/** Options of {@linkcode ExecutableCache}. */
export interface ExecutableCacheOptions {
  /** The folder; nothing is kept where it is `undefined` or cannot be written. */
  readonly folder: string | undefined;
  /** Keep programs that took at least so many seconds to compile. Default: 1. */
  readonly leastSeconds?: number;
}

/**
 * Compiled programs on disk, by what they were compiled from, for which plugin and machine.
 *
 * The files hold machine code. Each starts with the SHA-256 of the rest, so that half a file is not
 * run; who may write the folder can run code in this process, as with all of the user's cache.
 */
export class ExecutableCache {
  readonly #client: PjrtClient;
  readonly #folder: string | undefined;
  readonly #leastSeconds: number;

  /** Keeps programs of a client. */
  constructor(
    client: PjrtClient,
    { folder, leastSeconds = LEAST_SECONDS }: ExecutableCacheOptions,
  ) {
    this.#client = client;
    this.#folder = folder;
    this.#leastSeconds = leastSeconds;
  }

  /**
   * Compiles a program, or loads what an earlier call kept.
   *
   * @throws {PjrtError} If it does not compile.
   */
  compile(text: string, options: PjrtCompileOptions): PjrtExecutable {
    const path = this.#pathOf(text, options);
    const kept = path && this.#load(path, options);
    if (kept) return kept;
    const start = performance.now();
    return this.#compiled(this.#client.compileSync(text, options), { path, start });
  }

  /** As {@linkcode ExecutableCache.compile}, in another thread: timers and signals go on. */
  async compileAside(text: string, options: PjrtCompileOptions): Promise<PjrtExecutable> {
    const path = this.#pathOf(text, options);
    const kept = path && this.#load(path, options);
    if (kept) return kept;
    const start = performance.now();
    return this.#compiled(await this.#client.compile(text, options), { path, start });
  }

  #compiled(
    executable: PjrtExecutable,
    { path, start }: { readonly path: string | undefined; readonly start: number },
  ): PjrtExecutable {
    const seconds = (performance.now() - start) / 1000;
    if (path && seconds >= this.#leastSeconds) this.#keep(path, executable);
    if (seconds >= LARGE_SECONDS) returnFreedMemory();
    return executable;
  }

  #pathOf(text: string, { disablePasses = [] }: PjrtCompileOptions): string | undefined {
    if (this.#folder === undefined) return undefined;
    const { platform, platformVersion, apiVersion, plugin, devices } = this.#client;
    const hash = createHash("sha256");
    // Another build may lie at the same path, and say the same of itself.
    const { size, mtime } = Deno.statSync(plugin.path);
    const file = [plugin.path, size, mtime?.getTime()].join("\n");
    const flags = Deno.env.get("XLA_FLAGS") ?? "";
    const parts = [platform, platformVersion, `${apiVersion}`, file, devices[0]?.kind ?? "", flags];
    for (const part of [...parts, machineText(), `${disablePasses}`, text]) {
      hash.update(part).update("\0");
    }
    return join(this.#folder, `${hash.digest("hex")}${SUFFIX}`);
  }

  #load(path: string, { signature }: PjrtCompileOptions): PjrtExecutable | undefined {
    try {
      const file = Deno.readFileSync(path);
      const [digest, bytes] = [file.subarray(0, DIGEST_BYTES), file.subarray(DIGEST_BYTES)];
      if (!digestOf(bytes).equals(digest)) return undefined;
      const executable = this.#client.load(bytes, signature ? { signature } : {});
      markUsed(path);
      return executable;
    } catch {
      // Whatever is wrong with the file, compiling again puts it right.
      return undefined;
    }
  }

  #keep(path: string, executable: PjrtExecutable): void {
    const temporary = `${path}.${crypto.randomUUID()}.tmp`;
    try {
      const bytes = executable.serialize();
      Deno.mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
      const file = new Uint8Array(DIGEST_BYTES + bytes.length);
      file.set(digestOf(bytes));
      file.set(bytes, DIGEST_BYTES);
      Deno.writeFileSync(temporary, file, { mode: 0o600 });
      Deno.renameSync(temporary, path);
      removeOldest(join(path, ".."));
    } catch {
      // A full disk, or a plugin that cannot serialize: the program runs all the same.
      removeQuietly(temporary);
    }
  }
}

// The newest are the last to go.
function markUsed(path: string): void {
  try {
    Deno.utimeSync(path, new Date(), new Date());
  } catch {
    // A folder that others write serves all the same.
  }
}

function digestOf(bytes: Uint8Array) {
  return createHash("sha256").update(bytes).digest();
}

function removeOldest(folder: string): void {
  const files = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(SUFFIX))
    .map(({ name }) => join(folder, name))
    .map((path) => ({ path, time: Deno.statSync(path).mtime?.getTime() ?? 0 }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of files.slice(MOST_FILES)) removeQuietly(path);
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone already, or stays.
  }
}
