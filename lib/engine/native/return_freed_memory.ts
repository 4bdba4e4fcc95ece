import { LIBC } from "./libc.ts";

/**
 * Gives memory that native code has freed back to the system: compilers free gigabytes at once, which
 * glibc keeps. Elsewhere nothing happens.
 */
export function returnFreedMemory(): void {
  if (Deno.build.os !== "linux") return;
  try {
    const libc = Deno.dlopen(LIBC, { malloc_trim: { parameters: ["usize"], result: "i32" } });
    libc.symbols.malloc_trim(0n);
    libc.close();
  } catch {
    // Another C library, which has no such function.
  }
}
