import { FONT_FAMILY } from "../font.ts";
import type { SvgElement } from "./svg_element.ts";

const TEXT_NODE = 3;

/** The width of a text's longest line, its number of lines, and the size of its letters, in pixels. */
export interface TextSize {
  readonly width: number;
  readonly lines: number;
  readonly fontSize: number;
}

/** What measures a line of text: a 2D canvas's context. */
export interface TextContext {
  font: string;
  measureText(text: string): { width: number };
}

/** Measures SVG text with the font that it will be drawn in. */
export class TextRuler {
  readonly #context: TextContext;

  constructor(context: TextContext) {
    this.#context = context;
  }

  /** The size of a `text` or `tspan` element. */
  measure(element: SvgElement): TextSize {
    const { fontSize, font } = fontOf(element);
    const lines = [...element.childNodes].filter((node) =>
      node.nodeName === "tspan" && node.classList?.contains("line")
    );
    if (lines.length > 0) {
      const width = Math.max(...lines.map((line) => this.measure(line).width));
      return { width, lines: lines.length, fontSize };
    }
    let width = 0;
    for (const node of element.childNodes) {
      if (node.nodeType !== TEXT_NODE) width += this.measure(node).width;
      else {
        this.#context.font = font;
        width += this.#context.measureText(node.nodeValue ?? "").width;
      }
    }
    return { width, lines: 1, fontSize };
  }
}

// Computed styles are slow without a browser; Plotly writes the font where the text is, or just above.
function fontOf(element: SvgElement): { fontSize: number; font: string } {
  const size = Number.parseFloat(inherited(element, "fontSize", "font-size") ?? "12");
  const weight = inherited(element, "fontWeight", "font-weight") ?? "normal";
  const style = inherited(element, "fontStyle", "font-style") ?? "normal";
  return { fontSize: size, font: `${style} ${weight} ${size}px ${FONT_FAMILY}` };
}

function inherited(
  element: SvgElement,
  property: "fontSize" | "fontWeight" | "fontStyle",
  attribute: string,
): string | undefined {
  for (let node: SvgElement | null = element; node; node = node.parentNode) {
    const value = node.style?.[property] || node.getAttribute?.(attribute);
    if (value) return value;
  }
  return undefined;
}
