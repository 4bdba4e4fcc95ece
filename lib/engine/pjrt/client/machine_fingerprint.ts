import type { PjrtClient } from "./client.ts";

// Raise it when the format of the files or their use changes.
const FORMAT = 1;

/** A text that differs where a compiled program may not run, or another one would be compiled. */
export function machineFingerprint(client: PjrtClient): string {
  const { plugin, platform, platformVersion, apiVersion, devices } = client;
  const { size, mtime } = Deno.statSync(plugin.path);
  return JSON.stringify({
    format: FORMAT,
    plugin: [plugin.path, size, mtime?.getTime()],
    platform: [platform, platformVersion, apiVersion],
    devices: devices.map(({ kind, description }) => [kind, description]),
    processor: [Deno.build.arch, processorFeatures()],
    flags: Deno.env.get("XLA_FLAGS"),
  });
}

// A cache folder may be shared by machines, and code for one processor's vectors ends a program on
// another.
function processorFeatures(): string | undefined {
  try {
    const text = Deno.readTextFileSync("/proc/cpuinfo");
    return /^(?:flags|Features)\s*:.*$/m.exec(text)?.[0];
  } catch {
    return undefined;
  }
}
