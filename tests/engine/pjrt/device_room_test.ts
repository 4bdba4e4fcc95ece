import { assertStringIncludes, assertThrows } from "@std/assert";
import { requireRoom, type RoomQuery } from "../../../lib/engine/pjrt/device_room.ts";

const GIB = 2 ** 30;

// 4 GiB of inputs on the device, 1 of outputs in their place, 3 for the time of the run.
const program = {
  memory: () => ({
    argumentBytes: 4 * GIB,
    outputBytes: GIB,
    aliasBytes: GIB,
    temporaryBytes: 3 * GIB,
    codeBytes: 0,
    totalBytes: 7 * GIB,
  }),
};

function query(stats: { bytesInUse: number; bytesLimit: number | undefined }): RoomQuery {
  const memoryStats = () => ({
    ...stats,
    peakBytesInUse: undefined,
    largestFreeBytes: undefined,
  });
  return { client: { platform: "cuda", devices: [{ memoryStats }] }, name: "step" };
}

Deno.test("a program fits where its temporaries fit beside what lies on the device", () => {
  requireRoom(program, query({ bytesInUse: 5 * GIB, bytesLimit: 8 * GIB }));
  requireRoom(program, query({ bytesInUse: 5 * GIB, bytesLimit: undefined }));
});

Deno.test("a program too large for the device is an error with planned and free bytes", () => {
  const full = query({ bytesInUse: 6 * GIB, bytesLimit: 8 * GIB });
  const { message } = assertThrows(() => requireRoom(program, full), RangeError);
  for (const part of ["'step'", `${7 * GIB} bytes (7.00 GiB)`, "(3.00 GiB)", "(2.00 GiB)"]) {
    assertStringIncludes(message, part);
  }
});

Deno.test("on a CPU the machine's memory counts, where the process may look", () => {
  const client = { platform: "cpu", devices: [{ memoryStats: () => undefined }] };
  const memory = { total: 8 * GIB, available: 2 * GIB, swapFree: GIB };
  const ask = (systemMemory: NonNullable<RoomQuery["systemMemory"]>) =>
    requireRoom(program, { client, name: "step", systemMemory });
  ask(() => memory);
  const { message } = assertThrows(() => ask(() => ({ ...memory, swapFree: 0 })), RangeError);
  assertStringIncludes(message, "(2.00 GiB) of 8589934592 bytes (8.00 GiB) are free");
  ask(() => {
    throw new Deno.errors.NotCapable("no sys access");
  });
});
