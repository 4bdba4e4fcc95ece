import { join } from "node:path";
import { type ReadVariable, readVariable } from "../../../io/environment.ts";
import { type CpuPlugin, cpuPlugins } from "./cpu_plugin.ts";
import type { PjrtPluginKind } from "./pjrt_plugin.ts";

/** What the search for plugins needs to know of the machine; tests describe one of their own. */
export interface PluginMachine {
  /** The operating system, as `Deno.build.os` names it. */
  readonly os: string;
  /** The processor, as `Deno.build.arch` names it. */
  readonly arch: string;
  /** The command, or the path, of Python 3. */
  readonly python: string;
  /** Where the drivers put their device files: `/dev`. */
  readonly devices: string;
  /** The plugins that may be fetched. */
  readonly cpuPlugins: readonly CpuPlugin[];
  /** Reads an environment variable; an empty one counts as not set. */
  readonly env: ReadVariable;
}

/** Returns the machine that this process runs on. */
export function thisPluginMachine(): PluginMachine {
  const { os, arch } = Deno.build;
  return { os, arch, python: "python3", devices: "/dev", cpuPlugins, env: readVariable };
}

// One of them is there where the vendor's driver runs; `dxg` is a GPU under WSL.
const DEVICE_FILES: Readonly<Partial<Record<PjrtPluginKind, readonly string[]>>> = {
  cuda: ["nvidiactl", "nvidia0", "dxg"],
  rocm: ["kfd", "dxg"],
  oneapi: ["dri/renderD128", "dxg"],
  tpu: ["accel0", "vfio/0"],
};

/**
 * Says why a plugin of some kind cannot work on this machine, or `undefined` where it may.
 *
 * Starting a plugin without its device takes a minute in some cases, and ends the process in others.
 */
export async function missingDevice(
  kind: PjrtPluginKind,
  { os, devices }: PluginMachine,
): Promise<string | undefined> {
  const names = DEVICE_FILES[kind];
  if (!names || os !== "linux") return undefined;
  for (const name of names) {
    if (await Deno.stat(join(devices, name)).then(() => true, () => false)) return undefined;
  }
  return `this machine has no device for it, or no driver: there is no ${
    names.map((name) => join(devices, name)).join(" or ")
  }`;
}
