import { barFill } from "./bar_traces.ts";
import type { Figure, FigureOptions, Trace } from "./figure.ts";
import { type Hatch, INK, methodStyle, NEUTRAL } from "./palette.ts";
import { byteUnit, readableBytes, wrapped } from "./readable.ts";
import { axis, frame } from "./theme.ts";
import { withNote } from "./with_note.ts";

/** What a step keeps in memory, by what it is for, in bytes. */
export interface MemoryRow {
  /** The method's name, such as `lr-qat`. */
  readonly method: string;
  /** What tells this row from others of the method, such as `checkpointed`. */
  readonly variant?: string;
  /** The whole label; by default the method's with the variant. */
  readonly label?: string;
  /** What is published for it, drawn as a mark beside the stack. */
  readonly published?: number | null;
  /** The bytes of each category; `null` where they are not known, which is never zero. */
  readonly bytes: Readonly<Record<MemoryCategory, number | null>>;
}

/** What a byte of a training step can be for. */
export type MemoryCategory = typeof CATEGORIES[number]["name"];

/** Options for {@linkcode memoryBars}. */
export interface MemoryBarsOptions extends FigureOptions {
  /** The memory that there is, in bytes: drawn as a line. */
  limit?: number;
  /** Whose memory that is, such as `RTX 4090 24 GB`. Default: its bytes. */
  limitLabel?: string;
}

// From dark to light, so that neighbours differ in greyscale too.
const CATEGORIES = [
  { name: "frozen weights", colour: "#1f3b57", hatch: "" },
  { name: "trainable", colour: "#0072b2", hatch: "/" },
  { name: "gradients", colour: "#009e73", hatch: "\\" },
  { name: "optimizer", colour: "#e69f00", hatch: "x" },
  { name: "activations", colour: "#d55e00", hatch: "" },
  { name: "intermediates", colour: "#cc79a7", hatch: "." },
  { name: "other", colour: "#b5b5b5", hatch: "-" },
] as const satisfies readonly { name: string; colour: string; hatch: Hatch }[];

/** The categories of memory, in the order of the stack. */
export const MEMORY_CATEGORIES: readonly MemoryCategory[] = CATEGORIES.map(({ name }) => name);

/**
 * The memory of a training step by category, a stack a method. A row with unknown categories shows what is
 * known and says what is not.
 */
export function memoryBars(rows: readonly MemoryRow[], options: MemoryBarsOptions = {}): Figure {
  const { limit, limitLabel } = options;
  const totals = rows.map(({ bytes }) =>
    MEMORY_CATEGORIES.reduce((sum, name) => sum + (bytes[name] ?? 0), 0)
  );
  const published = rows.flatMap((row) => row.published ?? []);
  const { divisor, unit } = byteUnit(Math.max(1, limit ?? 0, ...totals, ...published));
  const labels = rows.map(({ method, variant, label }) =>
    wrapped(
      label ?? [methodStyle(method).label, variant].filter(Boolean).join(", "),
      rows.length > 6 ? 12 : 18,
    )
  );
  const stacks = CATEGORIES.map(({ name, colour, hatch }): Trace => ({
    type: "bar",
    name,
    x: rows.map((_, k) => k),
    y: rows.map(({ bytes }) => valueOrGap(bytes[name], divisor)),
    marker: barFill(colour, hatch),
    hovertext: rows.map(({ bytes }, k) => {
      const own = bytes[name];
      return `${labels[k]}<br>${name}: ${own === null ? "not known" : readableBytes(own)}`;
    }),
    hovertemplate: "%{hovertext}<extra></extra>",
  }));
  const most = Math.max(limit ?? 0, ...totals, ...published) / divisor;
  return withNote({
    data: [...stacks, ...publishedMarks(rows, divisor)],
    layout: {
      ...frame({
        title: options.title ?? "Memory of a training step",
        subtitle: options.subtitle,
      }),
      barmode: "stack",
      bargap: 0.4,
      xaxis: axis("", {
        range: [-0.6, rows.length - 0.4],
        tickmode: "array",
        tickvals: rows.map((_, k) => k),
        ticktext: labels,
        ticks: "",
        showgrid: false,
      }),
      yaxis: axis(`memory (${unit})`, { range: [0, 1.12 * (most || 1)] }),
      annotations: [
        ...rows.map((row, k) => ({
          ...totalNote(row, { place: k, total: totals[k] ?? 0, divisor }),
          // The line of the limit would else go through the number.
          ...(limit !== undefined && { bgcolor: "#ffffff" }),
        })),
        ...limitNotes(limit, { label: limitLabel, divisor }),
      ],
      shapes: limit === undefined ? [] : [{
        type: "line",
        xref: "paper",
        x0: 0,
        x1: 1,
        y0: limit / divisor,
        y1: limit / divisor,
        line: { color: "#222222", width: 1.5, dash: "dash" },
      }],
    },
  });
}

type Note = NonNullable<Figure["layout"]["annotations"]>[number];

function totalNote(
  { bytes }: MemoryRow,
  { place, total, divisor }: { place: number; total: number; divisor: number },
): Note {
  const unknown = MEMORY_CATEGORIES.filter((name) => bytes[name] === null);
  const isEmpty = unknown.length === MEMORY_CATEGORIES.length;
  const missing = unknown.length === 0
    ? ""
    : `<br><i>${wrapped(`without ${unknown.join(", ")}`, 18)}</i>`;
  return {
    text: isEmpty ? "not<br>measured" : `<b>${readableBytes(total)}</b>${missing}`,
    x: place,
    y: total / divisor,
    yanchor: "bottom",
    yshift: 4,
    showarrow: false,
    ...(isEmpty && { font: { color: NEUTRAL } }),
  };
}

function publishedMarks(rows: readonly MemoryRow[], divisor: number): Trace[] {
  const marked = rows.flatMap(({ published }, place) =>
    typeof published === "number" ? [{ place, published }] : []
  );
  if (marked.length === 0) return [];
  return [{
    type: "scatter",
    mode: "markers",
    name: "published",
    x: marked.map(({ place }) => place + 0.38),
    y: marked.map(({ published }) => published / divisor),
    marker: { symbol: "triangle-left", size: 11, color: INK },
    hovertext: marked.map(({ published }) => `published: ${readableBytes(published)}`),
    hovertemplate: "%{hovertext}<extra></extra>",
  }];
}

function limitNotes(
  limit: number | undefined,
  { label, divisor }: { readonly label: string | undefined; readonly divisor: number },
): Note[] {
  if (limit === undefined) return [];
  return [{
    // In the margin: inside, totals of bars stand there.
    text: wrapped(label ?? readableBytes(limit), 16),
    xref: "paper",
    x: 1,
    xshift: 6,
    y: limit / divisor,
    xanchor: "left",
    yanchor: "middle",
    align: "left",
    showarrow: false,
  }];
}

function valueOrGap(bytes: number | null, divisor: number): number | null {
  return bytes === null ? null : bytes / divisor;
}
