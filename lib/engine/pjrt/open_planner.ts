import { registerNodeKernels } from "../kernels/node_kernels.ts";
import { registerGradients } from "../ops/gradients.ts";
import { tf } from "../tf.ts";
import { PjrtBinding } from "./binding.ts";
import type { PjrtClient } from "./client/client.ts";
import { PjrtCompiler } from "./compiler.ts";
import { openClient } from "./open_client.ts";
import { PlannerBackend } from "./planner_backend.ts";
import { findPlugin, type FindPluginOptions, type PjrtPluginKind } from "./plugin/mod.ts";

/** The name of the planner among TF.js's backends. */
export const PLANNER = "planner";

/** Options of {@linkcode openPlanner}. */
export interface PlannerOptions extends FindPluginOptions {
  /** What the planning compiler compiles for. Default: `cpu`, the same on every machine. */
  kind?: PjrtPluginKind;
}

/** The planner's parts. */
export interface Planner {
  readonly client: PjrtClient;
  readonly compiler: PjrtCompiler;
  readonly backend: PlannerBackend;
}

const planners = new Map<PjrtPluginKind, Promise<Planner>>();

/**
 * The planner over a plugin of a kind, one in a process.
 *
 * @throws {PluginUnavailableError} If there is no plugin of the kind.
 */
export async function openPlanner(options: PlannerOptions): Promise<Planner> {
  const { kind = "cpu" } = options;
  const opened = planners.get(kind) ?? open({ ...options, kind });
  planners.set(kind, opened);
  try {
    return await opened;
  } catch (error) {
    planners.delete(kind);
    throw error;
  }
}

async function open(options: PlannerOptions): Promise<Planner> {
  const { cacheDir } = options;
  const client = openClient(await findPlugin(options), cacheDir === undefined ? {} : { cacheDir });
  const binding = new PjrtBinding({ client, hollowOnly: true });
  const backend = new PlannerBackend(binding);
  registerGradients();
  if (tf.getKernelsForBackend(PLANNER).length === 0) registerNodeKernels(PLANNER, backend);
  return { client, backend, compiler: new PjrtCompiler({ binding, backend, client }) };
}
