import { withoutNotices } from "../../native/quiet.ts";
import type { PjrtPlugin } from "../plugin/pjrt_plugin.ts";
import type { PjrtApi } from "./api.ts";
import { CLIENT_OPTIONS } from "./client_options.ts";
import { PjrtDevice } from "./device.ts";
import { CALLS } from "./layout.ts";
import { loadPlugin } from "./load_plugin.ts";
import { type NamedValue, namedValues } from "./named_values.ts";
import { textAt, wordsAt } from "./native_memory.ts";
import { PjrtError } from "./pjrt_error.ts";
import { Session } from "./session.ts";
import { Struct } from "./struct.ts";

/** A plugin's client that runs, and what it says of itself. */
export interface StartedClient {
  readonly session: Session;
  readonly apiVersion: readonly [number, number];
  readonly platform: string;
  readonly platformVersion: string;
  readonly devices: readonly PjrtDevice[];
}

/**
 * Loads a plugin and starts its client, with the options for its kind unless others are given.
 *
 * @throws {TypeError} If the file is no plugin.
 * @throws {PjrtError} If the plugin is of another version, or finds no device.
 */
export function startClient(
  plugin: PjrtPlugin,
  options: Readonly<Record<string, NamedValue>> = CLIENT_OPTIONS[plugin.kind] ?? {},
): StartedClient {
  const { api, apiVersion } = loadPlugin(plugin);
  const client = withoutNotices(() => createClient(api, plugin, options));
  const devices = listDevices(api, client);
  const [device] = devices;
  if (!device) {
    api.call("Client_Destroy", { client });
    throw new PjrtError(`The plugin ${plugin.path} finds no device on this machine`, {
      code: "not found",
      call: "Client_AddressableDevices",
    });
  }
  const name = api.call("Client_PlatformName", { client });
  const version = api.call("Client_PlatformVersion", { client });
  return {
    session: new Session(api, client, device.address),
    apiVersion,
    devices,
    platform: textAt(name.address("platform_name"), name.number("platform_name_size")),
    platformVersion: textAt(
      version.address("platform_version"),
      version.number("platform_version_size"),
    ),
  };
}

function createClient(
  api: PjrtApi,
  { path }: PjrtPlugin,
  values: Readonly<Record<string, NamedValue>>,
): bigint {
  const { bytes, count, kept } = namedValues(values);
  const args = new Struct(CALLS.Client_Create, { create_options: bytes, num_options: count });
  args.keep(kept);
  try {
    api.callWith("Client_Create", args);
  } catch (error) {
    if (!(error instanceof PjrtError)) throw error;
    throw error.within(
      `Cannot start the plugin ${path}`,
      ": is a device of its kind in this machine, and its driver installed?",
    );
  }
  return args.address("client");
}

function listDevices(api: PjrtApi, client: bigint): PjrtDevice[] {
  const args = api.call("Client_AddressableDevices", { client });
  const count = args.number("num_addressable_devices");
  const addresses = wordsAt(args.address("addressable_devices"), count);
  return Array.from(addresses, (address) => new PjrtDevice(api, address));
}
