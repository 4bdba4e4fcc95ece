import { basename, dirname, join } from "node:path";
import type { Attempt } from "../../../io/pip/attempt.ts";
import { findPythonPackages, type PythonPackages } from "../../../io/pip/python_packages.ts";
import { findNvidiaLibraries } from "../../library/nvidia_libraries.ts";
import { type PjrtPlugin, pluginKind } from "./pjrt_plugin.ts";

// JAX's plugins share the first folder, XLA's own the second; the TPU's package is a plugin itself.
const NAMES = ["jax_plugins", "xla_plugins", "libtpu", "nvidia"] as const;

type Packages = PythonPackages<(typeof NAMES)[number]>;

/** Options for {@linkcode findPythonPlugins}. */
export interface FindPythonPluginsOptions {
  /** Ends the search; its reason is then thrown. */
  signal?: AbortSignal | undefined;
}

/** Looks for plugins among Python's installed packages. No code of the packages is run. */
export async function findPythonPlugins(
  python: string,
  { signal }: FindPythonPluginsOptions = {},
): Promise<Attempt<readonly PjrtPlugin[]>> {
  const packages = await findPythonPackages(python, { names: NAMES, signal });
  if ("reason" in packages) return packages;
  const plugins: PjrtPlugin[] = [];
  for (const folder of await pluginFolders(packages.found)) {
    for (const path of await librariesIn(folder)) {
      plugins.push(await describe(path, packages.found));
    }
  }
  if (plugins.length > 0) return { found: plugins };
  return { reason: `${python} has no package with a PJRT plugin` };
}

async function pluginFolders(packages: Packages): Promise<string[]> {
  const folders = [...packages.libtpu];
  for (const root of [...packages.jax_plugins, ...packages.xla_plugins]) {
    for (const { name, isDirectory } of await entries(root)) {
      if (isDirectory) folders.push(join(root, name));
    }
  }
  return folders;
}

async function librariesIn(folder: string): Promise<string[]> {
  const names = (await entries(folder)).map(({ name }) => name).sort();
  const libraries = names.filter((name) => /\.(?:so|dylib)$/.test(name));
  const plugins = libraries.filter((name) => /plugin|pjrt|libtpu/.test(name));
  return plugins.map((name) => join(folder, name));
}

// A folder that cannot be read holds no plugin that could be loaded.
async function entries(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return [];
  }
}

async function describe(path: string, packages: Packages): Promise<PjrtPlugin> {
  const folder = dirname(path);
  const source = `Python package ${basename(dirname(folder))}/${basename(folder)}`;
  const plugin = { path, source, kind: pluginKind(path) };
  if (plugin.kind !== "cuda") return plugin;
  const cuda = /cuda13|cu13/.test(path) ? 13 : 12;
  const { preload, cudaDataDir } = await findNvidiaLibraries(packages.nvidia, { cuda });
  return { ...plugin, preload, cudaDataDir };
}
