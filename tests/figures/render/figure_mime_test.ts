import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  displayFigure,
  figureMime,
  JUPYTER_DISPLAY,
} from "../../../lib/figures/render/figure_mime.ts";
import { GALLERY } from "../gallery.ts";

const figure = GALLERY["memory_bars"]?.() ?? { data: [], layout: {} };

Deno.test("a notebook gets Plotly's form, a picture of at most 800 pixels and a line, but no HTML", async () => {
  const mime = await displayFigure(figure)[JUPYTER_DISPLAY]();
  assertEquals(Object.keys(mime), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
  const png = Uint8Array.fromBase64(mime["image/png"]);
  assertEquals(new DataView(png.buffer).getUint32(16), 800);
  assertEquals(mime["text/plain"], "[figure: Memory of a training step]");
});

Deno.test("displayFigure() leaves the figure as it is for all who draw it themselves", () => {
  const shown = displayFigure(figure);
  assert(shown.data === figure.data && shown.layout === figure.layout);
  assertEquals(JSON.stringify(shown), JSON.stringify(figure));
});

Deno.test("a figure that a notebook's kernel cannot send is refused", async () => {
  const y = Array.from({ length: 150_000 }, (_, k) => Math.sin(k));
  const big = { data: [{ type: "scatter" as const, y }], layout: {} };
  await assertRejects(() => figureMime(big), RangeError, "2 MB");
});
