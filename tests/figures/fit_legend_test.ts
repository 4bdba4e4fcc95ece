import { assert, assertEquals } from "@std/assert";
import { perplexityByBits } from "../../lib/figures/perplexity_by_bits.ts";
import { RUN } from "./sample_rows.ts";

function variants(count: number): ReturnType<typeof perplexityByBits> {
  return perplexityByBits(
    Array.from({ length: count }, (_, k) => ({ ...RUN, run_id: `${k}`, rank: k + 1 })),
  );
}

Deno.test("a figure grows with a legend that is longer than it", () => {
  const [few, many] = [variants(8), variants(30)].map(({ layout }) => layout.height ?? 0);
  assertEquals(few, 560);
  assert(many !== undefined && many >= 30 * 26, `${many}`);
});
