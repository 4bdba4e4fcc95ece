/**
 * Returns a command of Python 3, which runs also where this process may run only Python.
 *
 * Deno then refuses to start a program as long as a variable such as `LD_LIBRARY_PATH`, common on
 * machines with CUDA, is set: so Python runs without those.
 */
export function pythonCommand(python: string, options: Deno.CommandOptions): Deno.Command {
  if (isGranted("run") || !isGranted("env")) return new Deno.Command(python, options);
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !/^(LD|DYLD)_/.test(name));
  const env = { ...Object.fromEntries(kept), ...options.env };
  return new Deno.Command(python, { ...options, env, clearEnv: true });
}

function isGranted(name: "run" | "env"): boolean {
  return Deno.permissions.querySync({ name }).state === "granted";
}
