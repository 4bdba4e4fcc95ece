import { assert, assertEquals } from "@std/assert";
import type { Figure } from "../../lib/figures/figure.ts";
import { figureSvg } from "../../lib/figures/render/figure_svg.ts";
import { GALLERY } from "./gallery.ts";

const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
/** Set it to write the snapshots anew; then run `deno fmt`, and look at what changed. */
const UPDATE = Deno.env.get("QATLAB_UPDATE_SNAPSHOTS") === "1";

for (const [name, make] of Object.entries(GALLERY)) {
  Deno.test(`the figure ${name} is its snapshot`, async () => {
    const file = new URL(`${name}.json`, SNAPSHOTS);
    const figure = rounded(make());
    if (UPDATE) await Deno.writeTextFile(file, JSON.stringify(figure, null, 2));
    assertEquals(figure, JSON.parse(await Deno.readTextFile(file)));
  });

  Deno.test(`the figure ${name} can be drawn`, async () => {
    const svg = await figureSvg(make());
    assert(svg.startsWith("<svg"), svg.slice(0, 80));
    assert(!/NaN|Infinity|"undefined"/.test(svg), "a place or text came of no number");
  });
}

Deno.test("a snapshot belongs to each figure and to nothing else", () => {
  const files = [...Deno.readDirSync(SNAPSHOTS)].map(({ name }) => name).sort();
  assertEquals(files, Object.keys(GALLERY).map((name) => `${name}.json`).sort());
});

// The figure as JSON holds it, to ten digits: the last ones of exponentials differ between machines.
function rounded(figure: Figure): unknown {
  const text = JSON.stringify(figure, (_, part: unknown) => {
    return typeof part === "number" && Number.isFinite(part) ? Number(part.toPrecision(10)) : part;
  });
  return JSON.parse(text);
}
