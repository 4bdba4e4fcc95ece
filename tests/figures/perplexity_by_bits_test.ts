import { assertEquals } from "@std/assert";
import { perplexityByBits } from "../../lib/figures/perplexity_by_bits.ts";
import { sampleRuns } from "./sample_rows.ts";

/** The names of the legend. */
function names({ data }: ReturnType<typeof perplexityByBits>): (string | undefined)[] {
  const traces = data as readonly { readonly name?: string; readonly showlegend?: boolean }[];
  return traces.flatMap(({ name, showlegend }) => showlegend === false ? [] : [name]);
}

Deno.test("perplexityByBits() has a ring for runs to be done, and none where none is planned", () => {
  const runs = sampleRuns({ methods: ["lsq", "lr-qat"], bits: [2, 3], seeds: 1 });
  const pending = runs.filter(({ method, bits }) => method === "lsq" && bits === 2);
  const rows = runs.filter((run) => !pending.includes(run));
  assertEquals(names(perplexityByBits(rows)).includes("no run"), false);
  const drawn = perplexityByBits(rows, { pending });
  assertEquals(names(drawn).includes("no run"), true);
  assertEquals(JSON.stringify(drawn.data).includes("LSQ, 2 bits: no run"), true);
});

Deno.test("perplexityByBits() counts a run that is done though it is called pending", () => {
  const rows = sampleRuns({ methods: ["lr-qat"], bits: [3], seeds: 1 });
  const pending = rows.map((row) => ({ ...row, perplexity: null }));
  assertEquals(names(perplexityByBits(rows, { pending })).includes("no run"), false);
});
