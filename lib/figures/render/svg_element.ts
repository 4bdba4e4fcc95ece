/** What the measuring of text and boxes needs to know of an SVG element. */
export interface SvgElement {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly childNodes: Iterable<SvgElement>;
  readonly children?: Iterable<SvgElement>;
  readonly parentNode: SvgElement | null;
  readonly style?: { fontSize: string; fontWeight: string; fontStyle: string; textAnchor: string };
  readonly classList?: { contains(name: string): boolean };
  getAttribute?(name: string): string | null;
}

/** A number in an attribute, 0 where there is none. */
export function numberAttribute(element: SvgElement, name: string): number {
  return Number.parseFloat(element.getAttribute?.(name) ?? "0") || 0;
}
