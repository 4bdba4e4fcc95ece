import { join } from "node:path";
import type { Machine } from "../../../lib/engine/library/machine.ts";
import type { TensorflowWheel } from "../../../lib/engine/library/wheels.ts";
import { FakePython, type PipMode } from "../../io/pip/fake_python.ts";
import { type FakeLibraryWheel, makeFakeWheel, type MakeFakeWheelOptions } from "./fake_wheel.ts";

/** Options for {@linkcode FakeMachine.create}. */
export interface FakeMachineOptions extends MakeFakeWheelOptions {
  pip?: PipMode;
}

/** A Linux machine in a temporary folder, with the real Python, a stand-in for pip, and no network. */
export class FakeMachine extends FakePython {
  readonly variables = new Map<string, string>();
  readonly fake: FakeLibraryWheel;

  private constructor(folder: string, fake: FakeLibraryWheel) {
    super(folder, fake.path);
    this.fake = fake;
  }

  static async create(options: FakeMachineOptions = {}): Promise<FakeMachine> {
    const folder = await Deno.makeTempDir();
    const fake = await makeFakeWheel(folder, options);
    return await new FakeMachine(folder, fake).start(options.pip);
  }

  get wheel(): TensorflowWheel {
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
