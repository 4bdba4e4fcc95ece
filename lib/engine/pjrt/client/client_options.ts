import type { PjrtPluginKind } from "../plugin/pjrt_plugin.ts";
import type { NamedValue } from "./named_values.ts";

// JAX lets a GPU's first process take three quarters of its memory at once, and no more. Here a plan
// says what fits, and a notebook may run beside a sweep.
const GPU = { preallocate: false, memory_fraction: 0.95 };

/** What the client of each kind of plugin is asked for; the others are asked for nothing. */
export const CLIENT_OPTIONS: Readonly<
  Partial<Record<PjrtPluginKind, Readonly<Record<string, NamedValue>>>>
> = {
  cpu: { cpu_device_count: 1 },
  cuda: GPU,
  rocm: GPU,
};
