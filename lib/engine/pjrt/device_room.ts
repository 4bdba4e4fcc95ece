import type { PjrtDevice } from "./client/device.ts";
import type { PjrtExecutable } from "./client/executable.ts";

/** What {@linkcode requireRoom} needs besides the program. */
export interface RoomQuery {
  readonly client: { readonly devices: readonly Pick<PjrtDevice, "memoryStats">[] };
  /** The program's name, for the message. */
  readonly name: string;
}

/**
 * Looks whether a program whose inputs lie on the device fits beside them.
 *
 * @throws {RangeError} If not; where the device does not count its memory, nothing is known.
 */
export function requireRoom(
  executable: Pick<PjrtExecutable, "memory">,
  { client, name }: RoomQuery,
): void {
  const stats = client.devices[0]?.memoryStats();
  if (stats?.bytesLimit === undefined) return;
  const { outputBytes, temporaryBytes, aliasBytes, totalBytes } = executable.memory();
  const needed = outputBytes + temporaryBytes - aliasBytes;
  const free = stats.bytesLimit - stats.bytesInUse;
  if (needed <= free) return;
  throw new RangeError(
    `'${name}' does not fit the device: it is planned to take ${inGib(totalBytes)}, ` +
      `${inGib(needed)} of them beside its inputs, and ${inGib(free)} of ` +
      `${inGib(stats.bytesLimit)} are free`,
  );
}

function inGib(bytes: number): string {
  return `${bytes} bytes (${(bytes / 2 ** 30).toFixed(2)} GiB)`;
}
