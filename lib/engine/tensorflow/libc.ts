/** The name of the C library on systems that TensorFlow's library exists for. */
export const LIBC = Deno.build.os === "darwin" ? "libSystem.B.dylib" : "libc.so.6";
