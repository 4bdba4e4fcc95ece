/** The name of the C library on the systems that the engine's libraries exist for. */
export const LIBC = Deno.build.os === "darwin" ? "libSystem.B.dylib" : "libc.so.6";
