import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Machine } from "../../../lib/engine/library/machine.ts";
import type { Wheel } from "../../../lib/engine/library/wheels.ts";
import { type FakeWheel, makeFakeWheel, type MakeFakeWheelOptions } from "./fake_wheel.ts";

/** What the stand-in for pip does. */
export type PipMode =
  | "works"
  | "slow"
  | "hang"
  | "truncated"
  | "altered"
  | "other file"
  | "no network"
  | "not offered"
  | "disk full"
  | "crash";

/** Options for {@linkcode FakeMachine.create}. */
export interface FakeMachineOptions extends MakeFakeWheelOptions {
  pip?: PipMode;
}

/** A Linux machine in a temporary folder, with the real Python, a stand-in for pip, and no network. */
export class FakeMachine implements AsyncDisposable {
  /** Everything lies in here. */
  readonly folder: string;
  readonly cacheDir: string;
  /** Where Python looks for packages. */
  readonly sitePackages: string;
  readonly variables = new Map<string, string>();
  readonly fake: FakeWheel;

  private constructor(folder: string, fake: FakeWheel) {
    this.folder = folder;
    this.cacheDir = join(folder, "cache");
    this.sitePackages = join(folder, "site");
    this.fake = fake;
  }

  static async create(options: FakeMachineOptions = {}): Promise<FakeMachine> {
    const folder = await Deno.makeTempDir();
    const machine = new FakeMachine(folder, await makeFakeWheel(folder, options));
    await Deno.mkdir(machine.sitePackages);
    await machine.setPip(options.pip ?? "works");
    return machine;
  }

  get python(): string {
    return join(this.folder, "python3");
  }

  get wheel(): Wheel {
    return this.fake.wheel;
  }

  get machine(): Machine {
    return {
      os: "linux",
      arch: "x86_64",
      python: this.python,
      wheels: [this.wheel],
      env: (name) => this.variables.get(name),
    };
  }

  /** Chooses what pip does from now on. */
  async setPip(mode: PipMode): Promise<void> {
    const modules = fileURLToPath(new URL("fake_python", import.meta.url));
    // -S leaves the real machine's packages out.
    await this.setPython(`
export PYTHONPATH='${this.sitePackages}:${modules}' PYTHONDONTWRITEBYTECODE=1
export FAKE_PIP='${mode}' FAKE_WHEEL='${this.fake.path}' FAKE_PIP_LOG='${this.folder}/pip.log'
exec python3 -S "$@"`);
  }

  /** Replaces Python by a shell script. */
  async setPython(script: string): Promise<void> {
    await Deno.writeTextFile(this.python, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** The runs of pip so far. */
  async pipRuns(): Promise<{ pid: number; arguments: string[] }[]> {
    const log = await Deno.readTextFile(join(this.folder, "pip.log")).catch(() => "");
    return log.split("\n").filter((line) => line).map((line) => JSON.parse(line));
  }

  /** How often a hanging pip said that it is alive. */
  async pipBeats(): Promise<number> {
    return (await Deno.stat(join(this.folder, "pip.log.alive"))).size;
  }

  /** The names of everything in the cache, sorted, without the lock file. */
  async cacheEntries(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of walk(this.cacheDir, "")) names.push(name);
    return names.filter((name) => name !== "tensorflow/.lock").sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function* walk(folder: string, prefix: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    yield prefix + entry.name;
    if (entry.isDirectory) yield* walk(join(folder, entry.name), `${prefix}${entry.name}/`);
  }
}

/** What {@linkcode FakeMachine.cacheEntries} lists when the cache holds the libraries. */
export const fullCache: readonly string[] = [
  "tensorflow",
  "tensorflow/tensorflow-cpu-2.21.0-manylinux_2_27_x86_64",
  "tensorflow/tensorflow-cpu-2.21.0-manylinux_2_27_x86_64/libtensorflow_cc.so.2",
  "tensorflow/tensorflow-cpu-2.21.0-manylinux_2_27_x86_64/libtensorflow_framework.so.2",
  "tensorflow/tensorflow-cpu-2.21.0-manylinux_2_27_x86_64/manifest.json",
];

/** Writes a package folder with two empty libraries, and metadata beside it. */
export async function installPackage(
  site: string,
  options: { distribution?: string; cuda?: boolean } = {},
): Promise<string> {
  const { distribution = "tensorflow_cpu-2.21.0", cuda = false } = options;
  const folder = join(site, "tensorflow");
  await Deno.mkdir(join(folder, "python", "platform"), { recursive: true });
  await Deno.mkdir(join(site, `${distribution}.dist-info`), { recursive: true });
  for (const name of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) {
    await Deno.writeTextFile(join(folder, name), "");
  }
  await Deno.writeTextFile(
    join(folder, "python", "platform", "build_info.py"),
    `build_info = dict([('is_cuda_build', ${cuda ? "True" : "False"}), ('other', False)])\n`,
  );
  await Deno.writeTextFile(join(folder, "__init__.py"), "raise SystemExit('imported')\n");
  return folder;
}
