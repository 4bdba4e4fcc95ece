import { assertEquals } from "@std/assert";
import { cellOf } from "../../lib/figures/cell.ts";
import { PERPLEXITY } from "../../lib/figures/measure.ts";
import { offScaleNotes, onScale } from "../../lib/figures/off_scale.ts";
import { RUN } from "./sample_rows.ts";

Deno.test("onScale() has room for a hundred times the least number", () => {
  assertEquals(onScale([20, 2000, 2001, 25]), [20, 2000, 25]);
  assertEquals([onScale([]), onScale([7])], [[], [7]]);
});

Deno.test("offScaleNotes() write the means that an axis does not show, where they stand", () => {
  const points = [20, 2e6, null].map((perplexity, x) => ({
    x,
    cell: cellOf([{ ...RUN, perplexity }], PERPLEXITY),
    place: "",
  }));
  const notes = offScaleNotes([{ points, colour: "#abc" }], { top: 2000, height: 0.9, digits: 3 });
  const shown = notes.map(({ text, x, y, font }) => ({ text, x, y, colour: font?.color }));
  assertEquals(shown, [{ text: "↑ 2.0e6", x: 1, y: 0.9, colour: "#abc" }]);
});
