import { resolve } from "node:path";
import { findCacheFolder } from "../../../io/cache_folder.ts";
import { isOffline } from "../../../io/environment.ts";
import { fileSize } from "../../../io/file_size.ts";
import type { Attempt } from "../../../io/pip/attempt.ts";
import type { FetchStepOptions } from "../../../io/pip/fetch_progress.ts";
import { FilesUnavailableError } from "../../../io/pip/files_unavailable_error.ts";
import { type CpuPlugin, fetchPlugin, findCachedPlugin } from "./cpu_plugin.ts";
import { type PjrtPlugin, type PjrtPluginKind, pluginKind } from "./pjrt_plugin.ts";
import { missingDevice, type PluginMachine, thisPluginMachine } from "./plugin_machine.ts";
import { PluginUnavailableError } from "./plugin_unavailable_error.ts";
import { findPythonPlugins } from "./python_plugins.ts";

const variable = "QATLAB_PJRT_PLUGIN";

/** Options for {@linkcode findPlugin}. */
export interface FindPluginOptions extends FetchStepOptions {
  /** The kind that it must have; by default an accelerator's where there is one, else a CPU's. */
  kind?: PjrtPluginKind;
  /** Whether a missing plugin for CPUs is downloaded; by default it is, unless `QATLAB_OFFLINE=1`. */
  fetch?: boolean;
  /** The cache folder; by default as {@linkcode findCacheFolder} says. */
  cacheDir?: string;
}

/** What the search said of one place. */
export interface PluginReport {
  /** Where it looked, e.g. `Python package jax_plugins/xla_cuda12`. */
  readonly source: string;
  /** The plugin, if there is one. */
  readonly plugin: PjrtPlugin | undefined;
  /** Whether the engine may use it without being told to. */
  readonly usable: boolean;
  /** Why, in one sentence. */
  readonly reason: string;
}

/**
 * Finds a PJRT plugin on this machine, or fetches the one for CPUs.
 *
 * In this order: the file that `QATLAB_PJRT_PLUGIN` names; an accelerator's plugin among the installed
 * Python packages (`jax_plugins`, `libtpu`), if the machine has the device; the plugin for CPUs in the
 * cache, among the packages, or in a pinned wheel that pip downloads. Nothing is loaded.
 *
 * @throws {PluginUnavailableError} If it cannot be had; the message names the remedy.
 * @throws The signal's reason, if it is aborted.
 */
export function findPlugin(options: FindPluginOptions = {}): Promise<PjrtPlugin> {
  return findPluginOn(thisPluginMachine(), options);
}

/** Lists every plugin on this machine, the one that {@linkcode findPlugin} takes first; fetches none. */
export function listPlugins(options: FindPluginOptions = {}): Promise<readonly PluginReport[]> {
  return listPluginsOn(thisPluginMachine(), options);
}

/** As {@linkcode listPlugins}, on a machine that the caller describes. */
export async function listPluginsOn(
  machine: PluginMachine,
  options: FindPluginOptions = {},
): Promise<readonly PluginReport[]> {
  return await Array.fromAsync(search(startSearch(machine, options), { mustFit: false }));
}

/** As {@linkcode findPlugin}, on a machine that the caller describes. */
export async function findPluginOn(
  machine: PluginMachine,
  options: FindPluginOptions = {},
): Promise<PjrtPlugin> {
  const { kind, signal } = options;
  const state = startSearch(machine, options);
  const reasons: PluginReport[] = [];
  for await (const report of search(state, { mustFit: true })) {
    signal?.throwIfAborted();
    reasons.push(report);
    if (report.usable && report.plugin) return report.plugin;
  }
  if (kind === undefined || kind === "cpu") return await download(state, reasons);
  throw unavailable(`there is none for ${kind} on this machine`, reasons);
}

interface SearchState {
  readonly machine: PluginMachine;
  readonly kind: PjrtPluginKind | undefined;
  readonly fetch: boolean;
  readonly cacheDir: string | undefined;
  readonly step: FetchStepOptions;
  readonly cpuPlugin: CpuPlugin | undefined;
}

function startSearch(machine: PluginMachine, options: FindPluginOptions): SearchState {
  const { os, arch, env } = machine;
  const cacheDir = options.cacheDir ?? findCacheFolder({ os, env });
  return {
    machine,
    kind: options.kind,
    fetch: options.fetch ?? !isOffline(env),
    // pip works in another folder, where a relative path would mean another place.
    cacheDir: cacheDir && resolve(cacheDir),
    step: { onProgress: options.onProgress, signal: options.signal },
    cpuPlugin: machine.cpuPlugins.find((plugin) => plugin.os === os && plugin.arch === arch),
  };
}

async function* search(
  state: SearchState,
  { mustFit }: { readonly mustFit: boolean },
): AsyncGenerator<PluginReport> {
  const { kind } = state;
  const { report: named, fault } = await lookInEnvironment(state);
  if (fault && mustFit) throw fault;
  if (named.usable || kind === undefined) yield named;
  // The cache is asked before Python where only a CPU's plugin will do: that takes no process.
  if (kind === "cpu") yield await lookInCache(state);
  const installed = await lookInPython(state);
  yield* installed.filter(({ plugin }) => plugin?.kind !== "cpu");
  if (kind === undefined) yield await lookInCache(state);
  yield* installed.filter(({ plugin }) => plugin?.kind === "cpu");
}

// A file that the user names must do: another plugin in its place would be a surprise.
async function lookInEnvironment(
  { machine, kind }: SearchState,
): Promise<{ readonly report: PluginReport; readonly fault?: PluginUnavailableError }> {
  const source = `environment variable ${variable}`;
  const path = machine.env(variable);
  if (path === undefined) return { report: notFound(source, `${variable} is not set`) };
  const plugin = { path: resolve(path), source, kind: pluginKind(path) };
  if (kind !== undefined && plugin.kind !== kind) {
    return { report: notFound(source, `it is no ${kind} plugin`) };
  }
  if (await fileSize(path) === undefined) {
    const reason =
      `there is no file ${path}: set it to the shared library of a plugin, or unset it`;
    const message = `Cannot take a PJRT plugin from ${variable}: ${reason}`;
    return { report: notFound(source, reason), fault: new PluginUnavailableError(message) };
  }
  return { report: { source, plugin, usable: true, reason: `found ${path}` } };
}

async function lookInCache({ cacheDir, cpuPlugin, machine }: SearchState): Promise<PluginReport> {
  const attempt: Attempt<string> = cacheDir === undefined
    ? { reason: noCacheFolder }
    : cpuPlugin === undefined
    ? { reason: noCpuPlugin(machine) }
    : await findCachedPlugin(cacheDir, cpuPlugin);
  if ("reason" in attempt) return notFound("cache", attempt.reason);
  const plugin: PjrtPlugin = { path: attempt.found, source: "cache", kind: "cpu" };
  return { source: "cache", plugin, usable: true, reason: `found ${plugin.path}` };
}

async function lookInPython({ machine, kind, step }: SearchState): Promise<PluginReport[]> {
  const attempt = await findPythonPlugins(machine.python, step);
  if ("reason" in attempt) return [notFound("Python packages", attempt.reason)];
  const plugins = attempt.found.filter((plugin) => kind === undefined || plugin.kind === kind);
  return await Promise.all(plugins.map(async (plugin) => {
    const fault = plugin.kind === "other"
      ? `it is of an unknown kind: set ${variable} to ${plugin.path} to use it`
      : await missingDevice(plugin.kind, machine);
    const usable = fault === undefined;
    return { source: plugin.source, plugin, usable, reason: fault ?? `found ${plugin.path}` };
  }));
}

async function download(state: SearchState, reasons: readonly PluginReport[]): Promise<PjrtPlugin> {
  const { machine, cacheDir, cpuPlugin, step } = state;
  if (cpuPlugin === undefined) throw unavailable(noCpuPlugin(machine), reasons);
  if (!state.fetch) throw unavailable("downloads are switched off", reasons);
  if (cacheDir === undefined) throw unavailable(noCacheFolder, reasons);
  try {
    const { python } = machine;
    const { path, downloaded } = await fetchPlugin(cpuPlugin, { ...step, cacheDir, python });
    return { path, source: downloaded ? "fetched wheel" : "cache", kind: "cpu" };
  } catch (error) {
    if (!(error instanceof FilesUnavailableError)) throw error;
    throw new PluginUnavailableError(error.message, { cause: error.cause, reasons });
  }
}

const noCacheFolder = "no cache folder is known: neither QATLAB_CACHE nor HOME is set";

function noCpuPlugin({ os, arch }: PluginMachine): string {
  return `there is no plugin for CPUs of ${os} ${arch} to fetch`;
}

function notFound(source: string, reason: string): PluginReport {
  return { source, plugin: undefined, usable: false, reason };
}

function unavailable(reason: string, reasons: readonly PluginReport[]): PluginUnavailableError {
  const seen = reasons.flatMap(({ plugin, reason }) => plugin ? [`${plugin.path}: ${reason}`] : []);
  return new PluginUnavailableError(
    `Cannot find a PJRT plugin: ${[reason, ...seen].join("; ")}: set ${variable} to the shared ` +
      `library of one`,
    { reasons },
  );
}
