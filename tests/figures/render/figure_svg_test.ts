import { assert, assertEquals } from "@std/assert";
import { figureSvg } from "../../../lib/figures/render/figure_svg.ts";
import { GALLERY } from "../gallery.ts";

const figure = GALLERY["perplexity_by_bits"]?.() ?? { data: [], layout: {} };

Deno.test("all text has a family for readers who have not got the figures' own", async () => {
  const families = (await figureSvg(figure)).match(/(?<=font-family: )[^;"]+/g) ?? [];
  assert(families.length > 10, `${families.length} texts`);
  assertEquals([...new Set(families)], ["Inter, Helvetica, Arial, sans-serif"]);
});

Deno.test("a legend is not cut at the width that it has in the figures' own family", async () => {
  const svg = await figureSvg(figure);
  const [start] = svg.match(/<g class="scrollbox"[^>]*>/) ?? [];
  assert(start && svg.includes('class="legendtext"'), "there is a legend");
  assert(!start.includes("clip-path"), start);
});
