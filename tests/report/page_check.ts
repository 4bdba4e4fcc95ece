/**
 * Opens a page in a browser and says whether its figures are drawn:
 * `deno run --allow-env --allow-read --allow-write --allow-run --allow-net=127.0.0.1
 * tests/report/page_check.ts report.html`
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** What a browser makes of a page. */
export interface PageCheck {
  /** Places for figures, and those in which Plotly has drawn something. */
  readonly figures: number;
  readonly drawn: number;
  /** What the page wrote to the console: errors, warnings, requests that could not be made. */
  readonly console: readonly string[];
}

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A browser: the one that `QATLAB_CHROMIUM` names, or one on the path. */
export async function findChromium(): Promise<string | undefined> {
  const own = Deno.env.get("QATLAB_CHROMIUM");
  for (const name of own ? [own] : NAMES) {
    try {
      const { code } = await new Deno.Command(name, {
        args: ["--version"],
        stdout: "null",
        stderr: "null",
      }).output();
      if (code === 0) return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

/**
 * Opens the file without a window and waits until its figures are drawn, two minutes at most.
 *
 * @throws {Error} If the browser does not start.
 */
export async function checkPage(chromium: string, file: string): Promise<PageCheck> {
  const profile = await Deno.makeTempDir({ prefix: "qatlab-chromium-" });
  const browser = new Deno.Command(chromium, {
    args: [...FLAGS, `--user-data-dir=${profile}`, "about:blank"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const log = linesOf(browser.stderr);
  try {
    using page = await DevToolsPage.open(await debuggingAddress(log));
    return await page.check(pathToFileURL(resolve(file)).href);
  } finally {
    browser.kill("SIGKILL");
    await browser.status;
    // Nobody else reads it to its end.
    for await (const _ of log);
    await Deno.remove(profile, { recursive: true });
  }
}

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--no-zygote",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  // A page that asks the network for anything shows as a failed request.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  "--window-size=1280,900",
  "--remote-debugging-port=0",
];

async function debuggingAddress(log: AsyncIterableIterator<string>): Promise<URL> {
  for (;;) {
    const { value, done } = await log.next();
    if (done) throw new Error("The browser ended before it could be reached");
    const address = /DevTools listening on (ws:\S+)/.exec(value)?.[1];
    if (address) return new URL(address);
  }
}

async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

const COUNT = `JSON.stringify([
  document.readyState,
  document.querySelectorAll(".figure").length,
  [...document.querySelectorAll(".figure.js-plotly-plot")]
    .filter((figure) => figure.querySelector(".main-svg")?.getBoundingClientRect().height > 0).length,
])`;
const PATIENCE = 120_000;
/** How long a page must have stood still: what fails late is seen, too. */
const REST = 1000;

/** A page of a browser, spoken to in the Chrome DevTools protocol. */
class DevToolsPage implements Disposable {
  readonly #socket: WebSocket;
  readonly #console: string[] = [];
  readonly #answers = new Map<number, (result: Record<string, unknown>) => void>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(data)));
  }

  static async open(browser: URL): Promise<DevToolsPage> {
    const pages = await (await fetch(`http://${browser.host}/json`)).json();
    const socket = new WebSocket(pages[0].webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", reject, { once: true });
    });
    return new DevToolsPage(socket);
  }

  async check(url: string): Promise<PageCheck> {
    for (const domain of ["Runtime", "Log", "Page"]) await this.#ask(`${domain}.enable`);
    await this.#ask("Page.navigate", { url });
    const end = performance.now() + PATIENCE;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, REST));
      const [state, figures, drawn] = await this.#count();
      const isOver = state === "complete" && (drawn === figures || this.#console.length > 0);
      if (isOver || performance.now() > end) return { figures, drawn, console: this.#console };
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  async #count(): Promise<[string, number, number]> {
    const { result } = await this.#ask("Runtime.evaluate", { expression: COUNT });
    return JSON.parse((result as { value: string }).value);
  }

  #ask(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#last;
    const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
    this.#answers.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  #take({ id, result, method, params }: DevToolsMessage): void {
    if (id !== undefined) this.#answers.get(id)?.(result ?? {});
    else if (method !== undefined && WRITES.has(method)) {
      this.#console.push(`${method}: ${JSON.stringify(params).slice(0, 500)}`);
    }
  }
}

interface DevToolsMessage {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
}

/** The events by which a page writes to the console, or would. */
const WRITES = new Set(["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"]);

if (import.meta.main) {
  const [file] = Deno.args;
  const chromium = await findChromium();
  if (file === undefined || chromium === undefined) {
    const problem = file === undefined
      ? "Name an HTML file"
      : `No browser: install one of ${NAMES.join(", ")}, or name one in QATLAB_CHROMIUM`;
    await Deno.stderr.write(new TextEncoder().encode(`error: ${problem}\n`));
    Deno.exit(1);
  }
  const found = await checkPage(chromium, file);
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(found, null, 2)}\n`));
  Deno.exit(found.figures === found.drawn && found.console.length === 0 ? 0 : 1);
}
