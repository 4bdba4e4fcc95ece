import { LIBC } from "./libc.ts";

const STDERR = 2;
const O_WRONLY = 1;

/**
 * Runs `load` with the process's standard error closed to what native code writes there.
 *
 * TensorFlow prints two notices while its library loads, before any setting of it can be heard;
 * failures to load come back as error messages of their own. With `TF_CPP_MIN_LOG_LEVEL=0`
 * everything is shown.
 */
export function withoutNotices<T>(load: () => T): T {
  if (Deno.env.get("TF_CPP_MIN_LOG_LEVEL") === "0") return load();
  const libc = Deno.dlopen(LIBC, {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    dup: { parameters: ["i32"], result: "i32" },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  const { open, dup, dup2, close } = libc.symbols;
  const kept = dup(STDERR);
  const nowhere = open(new TextEncoder().encode("/dev/null\0"), O_WRONLY);
  try {
    if (kept >= 0 && nowhere >= 0) dup2(nowhere, STDERR);
    return load();
  } finally {
    if (kept >= 0) dup2(kept, STDERR);
    for (const descriptor of [kept, nowhere]) if (descriptor >= 0) close(descriptor);
    libc.close();
  }
}
