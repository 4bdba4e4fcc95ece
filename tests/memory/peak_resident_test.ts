import { assert, assertEquals } from "@std/assert";
import { peakResident } from "../../lib/memory/peak_resident.ts";

const MIB = 2 ** 20;

// Touches every page, so that the system has to give it.
function take(mebibytes: number): number {
  const bytes = new Uint8Array(mebibytes * MIB).fill(1);
  const end = performance.now() + 30;
  while (performance.now() < end);
  return bytes[bytes.length - 1] ?? 0;
}

Deno.test("peakResident() sees what work takes, though the work blocks the thread", async () => {
  const { value, beforeBytes, peakBytes } = await peakResident(() => take(200));
  assertEquals(value, 1);
  const grown = (peakBytes - beforeBytes) / MIB;
  assert(grown > 150 && grown < 300, `grown by ${grown} MiB`);
});

Deno.test("peakResident() does not give an earlier peak for that of the work", async () => {
  await peakResident(() => take(400));
  const { peakBytes, beforeBytes, source } = await peakResident(() => take(1));
  if (source === "sampled") assert((peakBytes - beforeBytes) / MIB < 100);
  assert(peakBytes >= beforeBytes);
});
