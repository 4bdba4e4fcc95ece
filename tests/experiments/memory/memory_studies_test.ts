import { assert, assertEquals, assertThrows } from "@std/assert";
import { FITTED_TOKENS } from "../../../experiments/memory/l4q_table_10.ts";
import { MEMORY_STUDIES, memoryStudyNamed } from "../../../experiments/memory/mod.ts";
import { paperStackMemory } from "../../../lib/memory/paper_stack.ts";
import { paperStackNamed } from "../../../lib/memory/paper_stacks.ts";
import { profileSteps } from "../../../lib/memory/profile_steps.ts";
import { resolveSetup } from "../../../lib/memory/step_setup.ts";
import type { MemoryProfileRow } from "../../../lib/results/memory_row.ts";

async function rowsOf(name: string): Promise<MemoryProfileRow[]> {
  return await profileSteps(memoryStudyNamed(name).steps, { study: name });
}

/** How far the paper's stack is from what is published, as a share. */
function offBy({ total_bytes, published_bytes }: MemoryProfileRow): number {
  return total_bytes / (published_bytes ?? NaN) - 1;
}

Deno.test("LR-QAT's Fig. 1 as the paper's stack: all six bars within 5 %", async () => {
  const rows = (await rowsOf("lr-qat/figure-1")).filter(({ basis }) => basis === "paper-stack");
  assertEquals(rows.length, 6);
  for (const row of rows) assert(Math.abs(offBy(row)) < 0.05, `${row.label}: ${offBy(row)}`);
});

Deno.test("LR-QAT's Fig. 1 as ours is never above the paper's, full QAT well below", async () => {
  const rows = (await rowsOf("lr-qat/figure-1")).filter(({ basis }) => basis === "estimated");
  for (const row of rows) {
    const most = row.method === "lsq" ? -0.15 : 0;
    assert(offBy(row) < most, `${row.label}: ${offBy(row)}`);
  }
});

Deno.test("L4Q's Table 10: LoRA, L4Q, QAT-LoRA and QAT within 10 %", async () => {
  const labels = ["LoRA", "L4Q", "QAT-LoRA", "QAT (LSQ)"];
  const rows = (await rowsOf("l4q/table-10"))
    .filter(({ basis, label }) => basis === "paper-stack" && labels.includes(label));
  const printed = rows.filter(({ published_bytes }) => published_bytes !== null);
  assertEquals(printed.length, 13);
  for (const row of printed) {
    assert(Math.abs(offBy(row)) < 0.1, `${row.label} ${row.model}: ${offBy(row)}`);
  }
});

Deno.test("L4Q's Table 10: what ran out of memory on 80 GB is above them here", async () => {
  const rows = (await rowsOf("l4q/table-10"))
    .filter(({ basis, published_status }) => basis === "paper-stack" && published_status === "oom");
  assertEquals(rows.length, 3);
  for (const row of rows) assert(row.total_bytes > 80 * 2 ** 30, `${row.label} ${row.model}`);
});

// The one fitted number: LoRA's row at 3B, 7B and 13B, and nothing else.
Deno.test("the fitted length is the one that explains LoRA's row best", async () => {
  const stack = paperStackNamed("l4q");
  const published = { "open-llama-3b": 15.1, "llama-1-7b": 25.1, "llama-1-13b": 43.8 };
  const options = { method: "lora", rank: 4, recompute: "none" } as const;
  const targets = await Promise.all(
    Object.entries(published).map(async ([model, gigabytes]) => ({
      setup: await resolveSetup({ ...options, model }),
      bytes: gigabytes * 1e9,
    })),
  );
  const squares = (seq: number) =>
    targets.reduce((sum, { setup, bytes }) => {
      const { totalBytes } = paperStackMemory({ ...setup, seq }, stack);
      return sum + (totalBytes / bytes - 1) ** 2;
    }, 0);
  const lengths = Array.from({ length: 2048 - 64 }, (_, i) => 64 + i);
  const errors = lengths.map(squares);
  const best = lengths[errors.indexOf(Math.min(...errors))];
  assertEquals(best, FITTED_TOKENS);
});

Deno.test("every study of memory can be profiled", async () => {
  for (const { name, steps } of MEMORY_STUDIES) {
    assertEquals((await rowsOf(name)).length, 2 * steps.length);
  }
});

Deno.test("a study of memory that is unknown offers the nearest", () => {
  assertThrows(() => memoryStudyNamed("lr-qat/fig-1"), RangeError, "'lr-qat/figure-1'");
});
