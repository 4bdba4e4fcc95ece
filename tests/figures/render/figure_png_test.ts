import { assert, assertEquals, assertRejects } from "@std/assert";
import { figurePng } from "../../../lib/figures/render/figure_png.ts";
import { figureSvg } from "../../../lib/figures/render/figure_svg.ts";
import { GALLERY } from "../gallery.ts";

const figure = GALLERY["perplexity_by_bits"]?.() ?? { data: [], layout: {} };

Deno.test("figurePng() makes a PNG of the size that is asked for", async () => {
  const png = await figurePng(figure, { width: 400, height: 300, scale: 2 });
  const view = new DataView(png.buffer);
  assertEquals(new TextDecoder("latin1").decode(png.subarray(1, 4)), "PNG");
  assertEquals([view.getUint32(16), view.getUint32(20)], [800, 600]);
});

Deno.test("the same figure makes the same SVG and the same PNG", async () => {
  assertEquals(await figureSvg(figure), await figureSvg(figure));
  assertEquals(await figurePng(figure), await figurePng(figure));
});

Deno.test("text is drawn: a figure with a title is another picture than one without", async () => {
  const blank = { data: [], layout: { xaxis: { visible: false }, yaxis: { visible: false } } };
  const titled = { data: [], layout: { ...blank.layout, title: { text: "Loss" } } };
  const [without, with_] = [await figurePng(blank), await figurePng(titled)];
  assert(
    with_.length > without.length + 200,
    `${with_.length} bytes with, ${without.length} without`,
  );
});

Deno.test("sizes that cannot be drawn are refused", async () => {
  await assertRejects(() => figureSvg(figure, { width: 0 }), RangeError, "'width'");
  await assertRejects(() => figureSvg(figure, { height: 1e6 }), RangeError, "'height'");
  await assertRejects(() => figurePng(figure, { scale: NaN }), RangeError, "'scale'");
});
