import { assertEquals } from "@std/assert";
import { bestRates } from "../../lib/results/mod.ts";
import { sampleRun } from "./samples.ts";

function tried(lr_adapter: number, validation_loss: number | null) {
  const status = validation_loss === null ? "diverged" as const : "done" as const;
  return sampleRun(0, { method: "lr-qat", lr_adapter, lr_scale: null, validation_loss, status });
}

Deno.test("bestRates() takes the lowest validation loss, with worse ones on both sides", () => {
  const rows = [tried(1e-4, 3.2), tried(1e-3, 3), tried(1e-2, 3.1)];
  const [found, ...rest] = bestRates(rows);
  assertEquals([found?.method, found?.tried, found?.best], ["lr-qat", 3, rows[1]]);
  assertEquals([found?.atEdge, rest], [[], []]);
});

Deno.test("bestRates() says that the best is at the edge of the search", () => {
  const [found] = bestRates([tried(1e-4, 3.2), tried(1e-3, 3.1), tried(1e-2, 3)]);
  assertEquals([found?.best.lr_adapter, found?.atEdge], [1e-2, ["lr_adapter"]]);
});

Deno.test("bestRates() takes a rate that diverged as worse, and never as the best", () => {
  const [found] = bestRates([tried(1e-4, 3.2), tried(1e-3, 3.1), tried(1e-2, null)]);
  assertEquals([found?.best.lr_adapter, found?.tried, found?.atEdge], [1e-3, 2, []]);
  assertEquals(bestRates([tried(1e-2, null)]), []);
});
