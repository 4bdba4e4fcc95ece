/** Sets an environment variable for libraries that are loaded later, unless the user set it. */
export function setDefault(name: string, value: string): void {
  if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
}

/** Adds a flag to `XLA_FLAGS`, which XLA reads while it is loaded, unless the user set that flag. */
export function addXlaFlag(flag: string, value: string): void {
  const flags = Deno.env.get("XLA_FLAGS") ?? "";
  if (!flags.includes(`${flag}=`)) Deno.env.set("XLA_FLAGS", `${flags} ${flag}=${value}`.trim());
}
