import { assertEquals } from "@std/assert";
import { figurePng } from "../../../lib/figures/render/figure_png.ts";
import { flatOpacity } from "../../../lib/figures/render/flat_opacity.ts";
import { perplexityByBits } from "../../../lib/figures/perplexity_by_bits.ts";
import { sampleRuns } from "../sample_rows.ts";

Deno.test("flatOpacity() gives a shape's opacity to its fill and stroke", () => {
  assertEquals(
    flatOpacity('<path class="a" style="opacity: 0.3; fill: red; fill-opacity: 0.5;" d="M0,0"/>'),
    '<path class="a" style="fill: red; fill-opacity: 0.15; stroke-opacity: 0.3;" d="M0,0"/>',
  );
});

Deno.test("flatOpacity() leaves opaque shapes and groups as they are", () => {
  const svg = '<g style="opacity: 0.5;"><path style="opacity: 1; fill: red;"/><rect x="1"/></g>';
  assertEquals(flatOpacity(svg), svg);
});

Deno.test("a picture is drawn of faint points beside others far off the scale", async () => {
  const rows = sampleRuns({ methods: ["rtn", "lr-qat"], bits: [4, 3, 2], seeds: 2 });
  const figure = perplexityByBits(rows.map((run) => {
    const isWorse = run.method === "rtn" && run.bits === 2;
    return isWorse ? { ...run, perplexity: 300 * (run.perplexity ?? 1) } : run;
  }));
  const png = await figurePng(figure, { width: 800 });
  assertEquals([...png.subarray(1, 4)], [..."PNG"].map((letter) => letter.charCodeAt(0)));
});
