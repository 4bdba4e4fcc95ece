/** How a method looks in every figure: told apart by colour, and without colour by its symbol or dash. */
export interface MethodStyle {
  /** The name for readers, such as `LR-QAT`. */
  readonly label: string;
  /** The colour, `#rrggbb`. */
  readonly colour: string;
  /** The symbol of its points, by Plotly's name. */
  readonly symbol: MarkerSymbol;
  /** The dash of its lines, by Plotly's name. */
  readonly dash: Dash;
  /** The hatching of its bars, by Plotly's name. */
  readonly hatch: Hatch;
}

/** Symbols for points; each has an open form too. */
export type MarkerSymbol = typeof SYMBOLS[number] | `${typeof SYMBOLS[number]}-open`;
/** Dashes of lines. */
export type Dash = typeof DASHES[number];
/** Hatchings of bars. */
export type Hatch = typeof HATCHES[number];

const SYMBOLS = [
  "circle",
  "square",
  "diamond",
  "triangle-up",
  "triangle-down",
  "cross",
  "pentagon",
  "star",
  "hexagon2",
  "hourglass",
] as const;
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"] as const;
const HATCHES = ["", "/", "\\", "x", "-", "|", "+", "."] as const;

// The first eight colours are Okabe and Ito's (2008) without the yellow, which is too pale for lines on
// white; the two last are Tol's indigo and wine.
const METHODS: Readonly<Record<string, MethodStyle>> = {
  "float": style("Float", "#000000", "hexagon2", "dot", ""),
  "lora": style("LoRA (float)", "#56b4e9", "triangle-down", "longdash", "-"),
  "rtn": style("RTN", "#7a7a7a", "cross", "dash", "."),
  "lsq": style("LSQ", "#009e73", "diamond", "dashdot", "\\"),
  "peqa": style("PEQA", "#cc79a7", "triangle-up", "dash", "x"),
  "lr-qat": style("LR-QAT", "#0072b2", "circle", "solid", ""),
  "l4q": style("L4Q", "#d55e00", "square", "solid", "/"),
  "qat-lora": style("QAT-LoRA", "#e69f00", "pentagon", "longdashdot", "|"),
  "qlora": style("QLoRA", "#332288", "star", "longdash", "+"),
  "qlora-star": style("QLoRA*", "#882255", "hourglass", "dot", "x"),
};

// Colours for names that are not in the table, well apart from those that are.
const SPARE_COLOURS = ["#999933", "#44aa99", "#aa4499", "#117733", "#6699cc", "#b8860b"] as const;

/** The colour of what is missing, of grids and of other things that are no method. */
export const NEUTRAL = "#8a8a8a";
/** The colour of text. */
export const INK = "#222222";

/**
 * The look of a method. A name that is not known keeps its own text as label and gets a look that
 * depends on nothing but the name, so it is the same in every figure too.
 */
export function methodStyle(method: string): MethodStyle {
  const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (known) return known;
  const code = nameCode(method);
  return style(
    method,
    SPARE_COLOURS[code % SPARE_COLOURS.length] ?? NEUTRAL,
    SYMBOLS[code % SYMBOLS.length] ?? "circle",
    DASHES[code % DASHES.length] ?? "solid",
    HATCHES[code % HATCHES.length] ?? "",
  );
}

/** The look of the `index`th variant of a method: its colour, another symbol, dash and hatching. */
export function variantStyle(method: string, index: number): MethodStyle {
  const base = methodStyle(method);
  if (index === 0) return base;
  const symbol = after(SYMBOLS, base.symbol as typeof SYMBOLS[number], index >> 1);
  return {
    ...base,
    symbol: index % 2 === 1 ? `${symbol}-open` : symbol,
    dash: after(DASHES, base.dash, index),
    hatch: after(HATCHES, base.hatch, index),
  };
}

/** The place of a method in legends: the table's, then the others by name. */
export function methodOrder(a: string, b: string): number {
  const names = Object.keys(METHODS);
  const [placeA, placeB] = [a, b].map((name) => (names.indexOf(name) + 1) || names.length + 1);
  return (placeA ?? 0) - (placeB ?? 0) || (a < b ? -1 : a > b ? 1 : 0);
}

function style(
  label: string,
  colour: string,
  symbol: MarkerSymbol,
  dash: Dash,
  hatch: Hatch,
): MethodStyle {
  return { label, colour, symbol, dash, hatch };
}

function after<T>(list: readonly T[], item: T, steps: number): T {
  return list[(list.indexOf(item) + steps) % list.length] ?? item;
}

// FNV-1a: small, and spread well enough over a handful of looks.
function nameCode(name: string): number {
  let code = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) code = Math.imul(code ^ byte, 0x01000193);
  return code >>> 0;
}
