// Not for its content: what is imported is installed, so the file beside it can be resolved.
import "plotly.js-dist/package.json" with { type: "json" };
import { fileURLToPath } from "node:url";
import { FONT_FAMILY } from "../font.ts";
import { box, elementBox, pageBox } from "./element_box.ts";
import { fontFiles } from "./font_files.ts";
import { pathLength, pointAtLength } from "./path_length.ts";
import { repeatableRandom } from "./repeatable_random.ts";
import type { SvgElement } from "./svg_element.ts";
import { TextRuler } from "./text_ruler.ts";

/** A page without a browser, with Plotly loaded. */
export interface PlotlyPage {
  /** Draws a figure given as JSON and returns its SVG. */
  svg(figureJson: string, size: { width: number; height: number }): Promise<string>;
}

let page: Promise<PlotlyPage> | undefined;

/** The page, made at the first call (about a second) and kept. */
export function plotlyPage(): Promise<PlotlyPage> {
  return page ??= openPage();
}

/** The path of plotly.js. */
export function plotlyFile(): string {
  return fileURLToPath(import.meta.resolve("plotly.js-dist"));
}

/** The part of jsdom's window that is used here. */
interface Window {
  readonly Plotly: {
    toImage(figure: unknown, options: Record<string, unknown>): Promise<string>;
  };
  readonly JSON: typeof JSON;
  readonly Math: { random(): number };
  readonly URL: { createObjectURL(): string };
  readonly SVGElement: {
    readonly prototype: object;
    [Symbol.hasInstance](value: unknown): boolean;
  };
  readonly Element: { readonly prototype: object };
  readonly HTMLCanvasElement: { readonly prototype: object };
  eval(code: string): void;
}

async function openPage(): Promise<PlotlyPage> {
  // Only those who draw pictures pay for loading these.
  const { JSDOM, VirtualConsole } = await import("jsdom");
  const { createCanvas, GlobalFonts } = await import("@napi-rs/canvas");
  for (const file of fontFiles()) GlobalFonts.registerFromPath(file, FONT_FAMILY);
  const dom = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
    // Connected to nothing: a library does not write to the console.
    virtualConsole: new VirtualConsole(),
  });
  const window = dom.window as Window;
  giveWindowParts(window);
  giveCanvas(window, createCanvas);
  giveGeometry(window, new TextRuler(createCanvas(8, 8).getContext("2d")));
  window.eval(await Deno.readTextFile(plotlyFile()));
  return { svg: (figureJson, size) => draw(window, figureJson, size) };
}

async function draw(
  window: Window,
  figureJson: string,
  size: { width: number; height: number },
): Promise<string> {
  // Plotly names clip paths at random; the same names each time make the same file.
  window.Math.random = repeatableRandom();
  const options = { format: "svg", imageDataOnly: true, ...size };
  return await window.Plotly.toImage(window.JSON.parse(figureJson), options);
}

// What Plotly looks for in a window and jsdom does not have.
function giveWindowParts(window: Window): void {
  const nothing = () => {};
  Object.assign(window, {
    TextDecoder,
    TextEncoder,
    matchMedia: () => ({ matches: false, addListener: nothing, addEventListener: nothing }),
    ResizeObserver: class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  });
  window.URL.createObjectURL = () => "";
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): unknown;
  toDataURL(type: "image/png"): string;
}

// Heat maps are painted on a canvas and put into the SVG as a picture.
function giveCanvas(window: Window, create: (width: number, height: number) => Canvas): void {
  const canvases = new WeakMap<object, Canvas>();
  const behind = (element: { width: number; height: number }) => {
    const kept = canvases.get(element);
    if (kept?.width === element.width && kept.height === element.height) return kept;
    const canvas = create(element.width || 1, element.height || 1);
    canvases.set(element, canvas);
    return canvas;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: Canvas, kind: string): unknown {
      return kind === "2d" ? behind(this).getContext("2d") : null;
    },
    toDataURL(this: Canvas): string {
      return behind(this).toDataURL("image/png");
    },
  });
}

function giveGeometry(window: Window, ruler: TextRuler): void {
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: SvgElement) {
      return elementBox(this, ruler);
    },
    getComputedTextLength(this: SvgElement) {
      return ruler.measure(this).width;
    },
    getTotalLength(this: SvgElement) {
      return pathLength(this);
    },
    getPointAtLength(this: SvgElement, distance: number) {
      return pointAtLength(this, distance);
    },
  });
  Object.assign(window.Element.prototype, {
    getBoundingClientRect(this: SvgElement) {
      return this instanceof window.SVGElement ? pageBox(this, ruler) : box(0, 0, 0, 0);
    },
  });
}
