import { join } from "node:path";
import { fileURLToPath } from "node:url";

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

/** The real Python with a stand-in for pip, without packages and network, in a temporary folder. */
export class FakePython implements AsyncDisposable {
  /** Everything lies in here. */
  readonly folder: string;
  readonly cacheDir: string;
  /** Where Python looks for packages. */
  readonly sitePackages: string;
  readonly #wheelPath: string;

  /** The folder goes with the object; the wheel is what pip brings. */
  constructor(folder: string, wheelPath: string) {
    this.folder = folder;
    this.cacheDir = join(folder, "cache");
    this.sitePackages = join(folder, "site");
    this.#wheelPath = wheelPath;
  }

  /** Writes the files that make it work. */
  async start(pip: PipMode = "works"): Promise<this> {
    await Deno.mkdir(this.sitePackages);
    await this.setPip(pip);
    return this;
  }

  get python(): string {
    return join(this.folder, "python3");
  }

  /** Chooses what pip does from now on. */
  async setPip(mode: PipMode): Promise<void> {
    const modules = fileURLToPath(new URL("fake_python", import.meta.url));
    // -S leaves the real machine's packages out.
    await this.setPython(`
export PYTHONPATH='${this.sitePackages}:${modules}' PYTHONDONTWRITEBYTECODE=1
export FAKE_PIP='${mode}' FAKE_WHEEL='${this.#wheelPath}' FAKE_PIP_LOG='${this.folder}/pip.log'
exec python3 -S "$@"`);
  }

  /** Replaces Python by a shell script. */
  async setPython(script: string): Promise<void> {
    // Its own folder may stand on the PATH, where the script would find itself.
    const path = `export PATH='${Deno.env.get("PATH")}'`;
    await Deno.writeTextFile(this.python, `#!/bin/sh\n${path}\n${script}\n`, { mode: 0o755 });
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

  /** The names of everything in the cache, sorted, without the lock files. */
  async cacheEntries(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of walk(this.cacheDir, "")) names.push(name);
    return names.filter((name) => !name.endsWith("/.lock")).sort();
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
