import type { TrainEvent, TrainSink } from "../events.ts";
import { LossPoints } from "./loss_points.ts";

/**
 * Points of a trace; 2,000 fill a screen, and keep a message far below what the kernel can send.
 */
const MAX_POINTS = 2000;

/** Sends a message to the front end, as `Deno.jupyter.broadcast` does. */
export type Broadcast = (type: string, content: Record<string, unknown>) => Promise<void>;

/** Options for {@linkcode LiveFigure}. */
export interface LiveFigureOptions {
  /** Sends the messages; by default the notebook's. */
  broadcast?: Broadcast;
  /** The title of the figure. */
  title?: string;
  /** The least time between two drawings, in milliseconds; by default 500 ms. */
  interval?: number;
  /** Returns the time in milliseconds; by default `performance.now()`. */
  now?: () => number;
}

/**
 * Draws the loss of a run in a Deno notebook while it trains: one Plotly figure, updated in place
 * at most twice a second. Metrics of evaluations with `loss` in their name share the loss's axis;
 * others have the axis on the right.
 */
export class LiveFigure implements TrainSink {
  readonly #broadcast: Broadcast;
  readonly #title: string;
  readonly #interval: number;
  readonly #now: () => number;
  readonly #id = crypto.randomUUID();
  #loss = new LossPoints(MAX_POINTS);
  #metrics = new Map<string, LossPoints>();
  #steps = 0;
  #summary = "";
  #nextTime = -Infinity;
  #isDisplayed = false;
  #isDrawn = true;

  /** @throws {Error} If this is no Deno notebook and `broadcast` is not given. */
  constructor(options: LiveFigureOptions = {}) {
    this.#broadcast = options.broadcast ?? notebookBroadcast();
    this.#title = options.title ?? "Training";
    this.#interval = options.interval ?? 500;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Draws an event, unless the last drawing is too new. */
  async take(event: TrainEvent): Promise<void> {
    this.#add(event);
    if (this.#isDrawn) return;
    if (event.kind === "end") await this.#finish();
    else if (this.#now() >= this.#nextTime) await this.#draw();
  }

  /** Draws what is not drawn yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isDrawn) await this.#finish();
  }

  #add(event: TrainEvent): void {
    if (event.kind === "start") {
      this.#steps = event.steps;
      this.#summary = `step ${event.step} of ${event.steps}`;
    } else if (event.kind === "step") {
      this.#loss.add(event.step, event.loss);
      this.#summary = `step ${event.step} of ${this.#steps}, loss ${event.loss.toFixed(3)}`;
    } else if (event.kind === "evaluation") {
      for (const [name, value] of Object.entries(event.metrics)) {
        this.#points(name).add(event.step, value);
      }
    } else if (event.kind === "end") this.#summary += `, ${event.status}`;
    else return;
    this.#isDrawn = false;
  }

  #points(name: string): LossPoints {
    const points = this.#metrics.get(name) ?? new LossPoints(MAX_POINTS);
    this.#metrics.set(name, points);
    return points;
  }

  async #draw(): Promise<number> {
    this.#nextTime = this.#now() + this.#interval;
    const figure = this.#figure();
    const text = `${this.#title}: ${this.#summary}`;
    await this.#broadcast(this.#isDisplayed ? "update_display_data" : "display_data", {
      data: { "application/vnd.plotly.v1+json": figure, "text/plain": text },
      metadata: {},
      transient: { display_id: this.#id },
    });
    this.#isDisplayed = true;
    this.#isDrawn = true;
    return JSON.stringify(figure).length;
  }

  async #finish(): Promise<void> {
    const bytes = await this.#draw();
    // The kernel says that a cell is done before its queue of messages is empty.
    await new Promise((resolve) => setTimeout(resolve, 20 + bytes / 20_000));
  }

  #figure(): Record<string, unknown> {
    const loss = { type: "scatter", mode: "lines", name: "loss", ...this.#loss.xy };
    const evaluations = [...this.#metrics].map(([name, points]) => ({
      type: "scatter",
      mode: "lines+markers",
      name: `evaluation: ${name}`,
      ...points.xy,
      ...(isLoss(name) ? {} : { yaxis: "y2" }),
    }));
    return { data: [loss, ...evaluations], layout: this.#layout(), config: {} };
  }

  #layout(): Record<string, unknown> {
    const others = [...this.#metrics.keys()].filter((name) => !isLoss(name));
    const right = { title: { text: others.join(", ") }, overlaying: "y", side: "right" };
    return {
      title: { text: `${this.#title}: ${this.#summary}` },
      xaxis: { title: { text: "step" }, range: [0, this.#steps] },
      yaxis: { title: { text: "loss (nats)" } },
      ...(others.length === 0 ? {} : { yaxis2: right }),
      // Keeps what the user zoomed into when the figure is updated.
      uirevision: this.#id,
      width: 800,
      height: 450,
    };
  }
}

function isLoss(name: string): boolean {
  return name.toLowerCase().includes("loss");
}

function notebookBroadcast(): Broadcast {
  try {
    // Outside a notebook the namespace throws when it is read.
    return Deno.jupyter.broadcast;
  } catch (cause) {
    throw new Error(
      "Cannot make a live figure: this program does not run in a Deno notebook; " +
        "use a ProgressLine, or give 'broadcast'",
      { cause },
    );
  }
}
