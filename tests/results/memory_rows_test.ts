import { assertEquals, assertThrows } from "@std/assert";
import { memoryProfile } from "../../lib/memory/profile.ts";
import { profileRows } from "../../lib/memory/profile_rows.ts";
import type { MemoryProfileRow } from "../../lib/results/memory_row.ts";
import { MEMORY } from "../../lib/results/row_format.ts";
import { decodeRows, encodeRows } from "../../lib/results/rows_ipc.ts";

const PLANNED = {
  totalBytes: 600,
  argumentBytes: 400,
  outputBytes: 100,
  temporaryBytes: 200,
} as const;

async function rowsOf(): Promise<MemoryProfileRow[]> {
  const profile = await memoryProfile({
    model: "brown-4m",
    method: "lr-qat",
    rank: 8,
    seq: 64,
    plan: () => Promise.resolve(PLANNED),
  });
  const published = { bytes: null, status: "oom" } as const;
  return profileRows(profile, { study: "memory/test", label: "a step", published });
}

Deno.test("rows of memory come back from an Arrow file as they were written", async () => {
  const rows = await rowsOf();
  const bytes = encodeRows(MEMORY, { rows, metadata: new Map() });
  assertEquals(decodeRows(MEMORY, { bytes, path: "memory.arrow" }).rows, rows);
});

Deno.test("a profile is a row for each basis, with what that basis tells", async () => {
  const rows = await rowsOf();
  assertEquals(rows.map(({ basis }) => basis), ["paper-stack", "estimated", "planned"]);
  assertEquals(rows.map(({ stack }) => stack), ["lr-qat", null, null]);
  assertEquals(rows.map(({ temporary_bytes }) => temporary_bytes), [null, null, 200]);
  assertEquals(rows.map(({ frozen_weights }) => frozen_weights === null), [false, false, true]);
  assertEquals(rows.map(({ published_status }) => published_status), ["oom", "oom", "oom"]);
});

Deno.test("a row of memory on an unknown basis is not written", async () => {
  const rows = (await rowsOf()).map((row) => ({ ...row, basis: "guessed" as "planned" }));
  assertThrows(
    () => encodeRows(MEMORY, { rows, metadata: new Map() }),
    RangeError,
    "must be one of paper-stack, estimated, planned, measured",
  );
});
