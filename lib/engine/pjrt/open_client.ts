import { type OpenPjrtOptions, PjrtClient } from "./client/client.ts";
import type { PjrtPlugin } from "./plugin/mod.ts";

const clients = new Map<string, PjrtClient>();

/**
 * The client of a plugin, one in a process: a second one would claim the device's memory again.
 *
 * @throws {TypeError} If the file is no plugin.
 * @throws {PjrtError} If the plugin is of another version, or finds no device.
 */
export function openClient(
  plugin: PjrtPlugin,
  options: Pick<OpenPjrtOptions, "cacheDir"> = {},
): PjrtClient {
  let client = clients.get(plugin.path);
  if (!client) clients.set(plugin.path, client = PjrtClient.open(plugin, options));
  return client;
}
