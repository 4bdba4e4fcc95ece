import { NotEnoughMemoryError } from "../not_enough_memory_error.ts";
import { PjrtError } from "./client/pjrt_error.ts";
import type { PjrtDevice } from "./client/device.ts";
import type { PjrtExecutable } from "./client/executable.ts";

/** What {@linkcode requireRoom} needs besides the program. */
export interface RoomQuery {
  readonly client: {
    readonly platform: string;
    readonly devices: readonly Pick<PjrtDevice, "memoryStats">[];
  };
  /** The program's name, for the message. */
  readonly name: string;
  /** Tells of the machine's memory, on which a CPU's device lives. Default: the system's own numbers. */
  readonly systemMemory?: () => SystemMemory;
}

/** The machine's memory, bytes. */
export type SystemMemory = Pick<Deno.SystemMemoryInfo, "total" | "available" | "swapFree">;

/**
 * Looks whether a program whose inputs lie on the device fits beside them.
 *
 * @throws {NotEnoughMemoryError} If not; where the device does not count its memory, and is no CPU, nothing is
 *   known.
 */
export function requireRoom(
  executable: Pick<PjrtExecutable, "memory">,
  query: RoomQuery,
): void {
  const room = roomOf(query);
  if (!room) return;
  const memory = memoryOf(executable);
  if (!memory) return;
  const { outputBytes, temporaryBytes, aliasBytes, totalBytes } = memory;
  const needed = outputBytes + temporaryBytes - aliasBytes;
  if (needed <= room.free) return;
  throw new NotEnoughMemoryError(
    `'${query.name}' does not fit the device: it is planned to take ${inGib(totalBytes)}, ` +
      `${inGib(needed)} of them beside its inputs, and ${inGib(room.free)} of ` +
      `${inGib(room.all)} are free`,
  );
}

function memoryOf(executable: Pick<PjrtExecutable, "memory">) {
  try {
    return executable.memory();
  } catch (error) {
    // A plugin that does not count what a program takes.
    if (error instanceof PjrtError && error.code === "unimplemented") return undefined;
    throw error;
  }
}

function roomOf(
  { client: { platform, devices }, systemMemory = () => Deno.systemMemoryInfo() }: RoomQuery,
): { readonly free: number; readonly all: number } | undefined {
  const stats = devices[0]?.memoryStats();
  if (stats?.bytesLimit !== undefined) {
    return { free: stats.bytesLimit - stats.bytesInUse, all: stats.bytesLimit };
  }
  if (platform !== "cpu") return undefined;
  try {
    const { total, available, swapFree } = systemMemory();
    return { free: available + swapFree, all: total };
  } catch (error) {
    // Not allowed to look: then nothing is known.
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

function inGib(bytes: number): string {
  return `${bytes} bytes (${(bytes / 2 ** 30).toFixed(2)} GiB)`;
}
