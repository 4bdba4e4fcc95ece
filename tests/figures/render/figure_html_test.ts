import { assert, assertEquals, assertThrows } from "@std/assert";
import { figureHtml, plotlyScript } from "../../../lib/figures/render/figure_html.ts";

Deno.test("plotlyScript() carries plotly.js whole, and asks for no address", async () => {
  const html = await plotlyScript();
  const base64 = /id="plotly-js">([A-Za-z0-9+/=]+)</.exec(html)?.[1] ?? "";
  const stream = new Blob([Uint8Array.fromBase64(base64)]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const code = await new Response(stream).text();
  assert(code.includes("newPlot") && code.length > 5e6, `${code.length} characters`);
  assert(!/\b(src|href)=/.test(html.replace(base64, "")));
  assert(html.length < 4e6, `${html.length} characters`);
});

Deno.test("no text of a figure can end its script", () => {
  const text = "</script><script>alert(1)</script>";
  const html = figureHtml({ data: [], layout: { title: { text } } }, "figure-1");
  assertEquals(html.split("</script>").length, 2);
  assert(html.includes("\\u003c/script>"));
});

Deno.test("an id that would need quoting is refused", () => {
  for (const id of ["", "1a", 'a"b', "a b"]) {
    assertThrows(() => figureHtml({ data: [], layout: {} }, id), RangeError, "'id'");
  }
});
