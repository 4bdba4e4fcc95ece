/**
 * PJRT plugins, found on the machine or fetched into a cache. Nothing is loaded here.
 *
 * @module
 */
export {
  findPlugin,
  type FindPluginOptions,
  listPlugins,
  type PluginReport,
} from "./find_plugin.ts";
export type { PjrtPlugin, PjrtPluginKind } from "./pjrt_plugin.ts";
export {
  PluginUnavailableError,
  type PluginUnavailableErrorOptions,
} from "./plugin_unavailable_error.ts";
