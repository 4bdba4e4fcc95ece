import { dirname, join } from "node:path";
import type { CpuPlugin } from "../../../../lib/engine/pjrt/plugin/cpu_plugin.ts";
import type { PluginMachine } from "../../../../lib/engine/pjrt/plugin/plugin_machine.ts";
import { FakePython } from "../../../io/pip/fake_python.ts";
import { noise, writeFakeWheel } from "../../../io/pip/fake_wheel.ts";

const LIBRARY = "xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so";
const LIBRARY_BYTES = 200_000;

/** A Linux machine in a temporary folder, with the real Python, a stand-in for pip, and no network. */
export class FakeMachine extends FakePython {
  readonly variables = new Map<string, string>();
  readonly #cpuPlugin: CpuPlugin;

  private constructor(folder: string, wheelPath: string, cpuPlugin: CpuPlugin) {
    super(folder, wheelPath);
    this.#cpuPlugin = cpuPlugin;
  }

  static async create(): Promise<FakeMachine> {
    const folder = await Deno.makeTempDir();
    const name = {
      package: "xla-cpu-pjrt",
      version: "0.0.1",
      python: "py3",
      abi: "none",
      platform: "manylinux_2_27_x86_64",
    };
    const contents = [
      [LIBRARY, noise(LIBRARY_BYTES)],
      ["xla_plugins/xla_cpu_pjrt/include/pjrt_c_api.h", noise(100)],
    ] as const;
    const { path, bytes, sha256 } = await writeFakeWheel(folder, { name, contents });
    const plugin: CpuPlugin = {
      os: "linux",
      arch: "x86_64",
      wheel: { ...name, bytes, sha256 },
      paths: [LIBRARY],
      unpackedBytes: LIBRARY_BYTES,
      section: "pjrt",
      name: "XLA's plugin for CPUs",
      otherwise: "set QATLAB_PJRT_PLUGIN to the shared library of a plugin",
    };
    return await new FakeMachine(folder, path, plugin).start();
  }

  get machine(): PluginMachine {
    return {
      os: "linux",
      arch: "x86_64",
      python: this.python,
      devices: join(this.folder, "dev"),
      cpuPlugins: [this.#cpuPlugin],
      env: (name) => this.variables.get(name),
    };
  }

  /** Puts an empty file among Python's packages and returns its path. */
  async install(path: string): Promise<string> {
    return await writeEmpty(join(this.sitePackages, path));
  }

  /** Lets a driver put its file among the devices. */
  async addDevice(name: string): Promise<void> {
    await writeEmpty(join(this.folder, "dev", name));
  }
}

async function writeEmpty(path: string): Promise<string> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, "");
  return path;
}
