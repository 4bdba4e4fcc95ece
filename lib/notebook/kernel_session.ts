import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lastLine } from "../io/pip/last_line.ts";
import { pythonCommand } from "../io/pip/python_command.ts";
import type { JupyterPackages } from "./jupyter_packages.ts";

/** What a kernel says about a request. */
export interface KernelMessage {
  /** The request that it belongs to. */
  readonly id: number;
  readonly channel: "iopub" | "shell";
  readonly type: string;
  // Its fields depend on the type; those who read them check what they read.
  readonly content: Readonly<Record<string, unknown>>;
}

/** Options for {@linkcode KernelSession.open}. */
export interface KernelSessionOptions {
  readonly packages: JupyterPackages;
  /** The folder in which the kernel runs: that of the notebook. */
  readonly cwd: string;
  /** Environment variables for the kernel, beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How long a kernel gets to end by itself, milliseconds. */
const PATIENCE = 5000;

/** A Deno kernel of our own, spoken to through Jupyter's client. Nothing of the user's Jupyter is used. */
export class KernelSession implements AsyncDisposable {
  readonly #bridge: Deno.ChildProcess;
  readonly #folder: string;
  readonly #lines: AsyncIterator<string, void>;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stderr: Promise<string>;
  #last = 0;

  private constructor(bridge: Deno.ChildProcess, folder: string) {
    this.#bridge = bridge;
    this.#folder = folder;
    this.#lines = linesOf(bridge.stdout);
    this.#requests = bridge.stdin.getWriter();
    this.#stderr = new Response(bridge.stderr).text();
  }

  /**
   * Starts a kernel.
   *
   * @throws {Error} If it does not start.
   */
  static async open(options: KernelSessionOptions): Promise<KernelSession> {
    const { packages, cwd, env = {} } = options;
    const folder = await Deno.makeTempDir({ prefix: "qatlab-jupyter-" });
    try {
      await writeKernelSpec(folder, env);
      const script = fileURLToPath(new URL("kernel_bridge.py", import.meta.url));
      const bridge = pythonCommand(packages.python, {
        args: ["-I", "-B", script, packages.folder, cwd],
        env: {
          JUPYTER_PATH: folder,
          JUPYTER_DATA_DIR: folder,
          JUPYTER_CONFIG_DIR: folder,
          JUPYTER_RUNTIME_DIR: folder,
        },
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const session = new KernelSession(bridge, folder);
      await session.#ready();
      return session;
    } catch (error) {
      await Deno.remove(folder, { recursive: true }).catch(() => {});
      throw error;
    }
  }

  /** Asks the kernel to run code; returns the id that its messages carry. */
  async request(
    code: string,
    { silent = false }: { readonly silent?: boolean } = {},
  ): Promise<number> {
    const id = ++this.#last;
    await this.#send({ id, code, silent });
    return id;
  }

  /** Presses the stop button: interrupts the kernel, as a front end does. */
  async interrupt(): Promise<void> {
    await this.#send({ interrupt: true });
  }

  /**
   * The next message of any request.
   *
   * @throws {Error} If the kernel ended.
   */
  async next(): Promise<KernelMessage> {
    const message = await this.#read();
    if (message.type === "dead") throw new Error("the kernel ended");
    return message;
  }

  /** Ends the kernel. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#requests.close().catch(() => {});
    const timer = setTimeout(() => this.#bridge.kill("SIGKILL"), PATIENCE);
    // The bridge could not end if nobody took what it still writes.
    while (!(await this.#lines.next()).done);
    await this.#bridge.status;
    clearTimeout(timer);
    await this.#stderr;
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {});
  }

  async #send(request: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#requests.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
  }

  async #ready(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #read(): Promise<KernelMessage> {
    const { value } = await this.#lines.next();
    if (value === undefined) {
      throw new Error(`the kernel cannot be reached: ${lastLine(await this.#stderr)}`);
    }
    return JSON.parse(value);
  }
}

async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const [first = "", ...others] = chunk.split("\n");
    rest += first;
    for (const next of others) {
      yield rest;
      rest = next;
    }
  }
}

// Not by `deno jupyter --install`, which writes into the user's folder whatever it is told.
async function writeKernelSpec(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const spec = {
    argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
    env: { ...env, NO_COLOR: "1" },
  };
  await Deno.mkdir(join(folder, "kernels", "deno"), { recursive: true });
  await Deno.writeTextFile(join(folder, "kernels", "deno", "kernel.json"), JSON.stringify(spec));
}
