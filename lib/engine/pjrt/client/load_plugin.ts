import { addXlaFlag, setDefault } from "../../native/environment_defaults.ts";
import { pinLibrary } from "../../native/pin.ts";
import { withoutNotices } from "../../native/quiet.ts";
import type { PjrtPlugin } from "../plugin/pjrt_plugin.ts";
import { PjrtApi } from "./api.ts";
import { HEADER_VERSION, STRUCTS, VERSION_AT } from "./layout.ts";
import { PjrtError } from "./pjrt_error.ts";

/** A plugin in the process. */
export interface LoadedPlugin {
  /** Its functions. */
  readonly api: PjrtApi;
  /** The version of PJRT's API that it was built with, major and minor. */
  readonly apiVersion: readonly [number, number];
}

const loaded = new Map<string, LoadedPlugin>();

/**
 * Loads a plugin into the process, for the life of the process.
 *
 * @throws {TypeError} If the file is no plugin.
 * @throws {PjrtError} If its API has another major version, or it does not start.
 */
export function loadPlugin(plugin: PjrtPlugin): LoadedPlugin {
  const { path } = plugin;
  const known = loaded.get(path);
  if (known) return known;
  prepareEnvironment(plugin);
  withoutNotices(() => plugin.preload?.forEach(pinLibrary));
  const table = withoutNotices(() => tableOf(path));
  const wrapped = wrapTable(table, path);
  withoutNotices(() => wrapped.api.call("Plugin_Initialize"));
  loaded.set(path, wrapped);
  return wrapped;
}

/**
 * Wraps a plugin's table of functions.
 *
 * @throws {PjrtError} If its API has another major version.
 */
export function wrapTable(table: Deno.PointerObject, path: string): LoadedPlugin {
  const apiVersion = versionOf(table);
  if (apiVersion[0] === HEADER_VERSION[0]) return { api: new PjrtApi(table), apiVersion };
  throw new PjrtError(
    `Cannot use the plugin ${path}: its API has version ${apiVersion.join(".")}, but ` +
      `${HEADER_VERSION[0]}.x is needed: install another version of the plugin`,
    { code: "unimplemented", call: "GetPjrtApi" },
  );
}

// Plugins read these while they are loaded.
function prepareEnvironment({ cudaDataDir }: PjrtPlugin) {
  setDefault("TF_CPP_MIN_LOG_LEVEL", "2");
  if (cudaDataDir) addXlaFlag("--xla_gpu_cuda_data_dir", cudaDataDir);
}

function tableOf(path: string): Deno.PointerObject {
  try {
    pinLibrary(path);
    const { symbols } = Deno.dlopen(path, { GetPjrtApi: { parameters: [], result: "pointer" } });
    const table = symbols.GetPjrtApi();
    if (table === null) throw new Error("it gives no functions");
    return table;
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof Deno.errors.NotCapable) throw cause;
    // Each layer below puts the path in front.
    const reason = cause.message.split(`${path}: `).at(-1);
    throw new TypeError(
      `Cannot use ${path} as a PJRT plugin: ${reason}: name the shared library of one`,
      { cause },
    );
  }
}

function versionOf(table: Deno.PointerObject): [number, number] {
  const view = new Deno.UnsafePointerView(table);
  const { major_version: [major], minor_version: [minor] } = STRUCTS.Api_Version.fields;
  return [view.getInt32(VERSION_AT + major), view.getInt32(VERSION_AT + minor)];
}
