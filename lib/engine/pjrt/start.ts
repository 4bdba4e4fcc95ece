import { join, resolve } from "node:path";
import { findCacheFolder } from "../../io/cache_folder.ts";
import { setCompiler } from "../compiler.ts";
import { makeKernelBackend } from "../kernels/kernel_backend.ts";
import { registerNodeKernels } from "../kernels/node_kernels.ts";
import { tf } from "../tf.ts";
import { PjrtBinding } from "./binding.ts";
import type { PjrtClient } from "./client/client.ts";
import { PjrtCompiler } from "./compiler.ts";
import { openClient } from "./open_client.ts";
import { findPlugin, type FindPluginOptions } from "./plugin/mod.ts";

const BACKEND_NAME = "pjrt";

/** What the PJRT backend runs on. */
export interface PjrtStart {
  readonly client: PjrtClient;
}

interface Started extends PjrtStart {
  readonly compiler: PjrtCompiler;
}

let started: Promise<Started> | undefined;

/**
 * Makes a PJRT plugin the backend of TF.js. The plugin is loaded once in a process; options of later
 * calls change nothing.
 *
 * @throws {PluginUnavailableError} If no plugin is found.
 * @throws {PjrtError} If it does not start.
 */
export async function startPjrt(options: FindPluginOptions): Promise<PjrtStart> {
  started ??= load(options);
  try {
    const { client, compiler } = await started;
    await tf.setBackend(BACKEND_NAME);
    setCompiler(compiler);
    return { client };
  } catch (error) {
    started = undefined;
    throw error;
  }
}

async function load(options: FindPluginOptions): Promise<Started> {
  const { cacheDir = findCacheFolder() } = options;
  const client = openClient(await findPlugin(options), cacheDir === undefined ? {} : { cacheDir });
  const binding = new PjrtBinding({ client });
  const backend = makeKernelBackend(binding);
  tf.registerBackend(BACKEND_NAME, () => backend);
  registerNodeKernels(BACKEND_NAME, backend);
  const cacheFolder = cacheDir && join(resolve(cacheDir), "pjrt", "programs");
  return { client, compiler: new PjrtCompiler({ binding, backend, client, cacheFolder }) };
}
