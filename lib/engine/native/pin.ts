import { LIBC } from "./libc.ts";

const RTLD_LAZY = 0x1;
const RTLD_NODELETE = Deno.build.os === "darwin" ? 0x80 : 0x1000;
// Each library that compiles brings an LLVM of its own, a graphics driver too: none may call into
// another's.
const RTLD_DEEPBIND = Deno.build.os === "darwin" ? 0 : 0x8;

/**
 * Maps a shared library into the process so that it is never unmapped.
 *
 * Deno unmaps what `Deno.dlopen` loaded when the process ends after an uncaught error, and
 * the library's threads then run into unmapped code: the process dies by a signal.
 *
 * @throws {Error} If the library cannot be loaded.
 */
export function pinLibrary(path: string): void {
  const { symbols } = Deno.dlopen(LIBC, {
    dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
    dlerror: { parameters: [], result: "pointer" },
  });
  const name = new TextEncoder().encode(`${path}\0`);
  if (symbols.dlopen(name, RTLD_LAZY | RTLD_NODELETE | RTLD_DEEPBIND) !== null) return;
  const message = symbols.dlerror();
  const reason = message === null ? "unknown reason" : Deno.UnsafePointerView.getCString(message);
  throw new Error(`Cannot load the library ${path}: ${reason}`);
}
