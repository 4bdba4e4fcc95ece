import type { Figure } from "../figure.ts";
import { plotlyFile } from "./plotly_page.ts";

/**
 * The script that a page of figures needs once, before the first figure: plotly.js itself, so that the
 * page asks no network for anything.
 *
 * It is packed by gzip (2.5 MB instead of 10), which all browsers since 2023 can unpack. It leaves a
 * promise of Plotly in `plotlyReady`.
 */
export async function plotlyScript(): Promise<string> {
  const file = await Deno.open(plotlyFile());
  const packed = file.readable.pipeThrough(new CompressionStream("gzip"));
  const base64 = new Uint8Array(await new Response(packed).arrayBuffer()).toBase64();
  return `<script type="text/plain" id="plotly-js">${base64}</script>\n<script>${UNPACK}</script>\n`;
}

const UNPACK = `
globalThis.plotlyReady = (async () => {
  const packed = atob(document.getElementById("plotly-js").textContent);
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
  return globalThis.Plotly;
})();
`;

/**
 * A figure as a piece of HTML, drawn by the script of {@linkcode plotlyScript} when the page is opened.
 *
 * @param id The element's id, which no other element of the page has.
 * @throws {RangeError} If the id is not a letter followed by letters, digits, `-` and `_`.
 */
export function figureHtml(figure: Figure, id: string): string {
  if (!/^[A-Za-z][\w-]*$/.test(id)) {
    throw new RangeError(
      `Cannot write a figure: 'id' must be a letter followed by letters, digits, '-' or '_': current value is '${id}'`,
    );
  }
  const height = figure.layout.height ?? 560;
  const config = { responsive: true, displaylogo: false };
  return `<div class="figure" id="${id}" style="height:${height}px"></div>
<script>plotlyReady.then((plotly) => plotly.newPlot("${id}", ${scriptJson(figure.data)}, ${
    scriptJson(figure.layout)
  }, ${JSON.stringify(config)}));</script>
`;
}

// A "<" in a text could end the script; as an escape it is the same text and harmless.
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
