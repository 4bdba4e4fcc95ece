/**
 * The planner: a backend on which tensors have shapes and types and no values, so that models of
 * any size can be prepared and their steps traced on any machine.
 *
 * @module
 */
import { type Compiler, currentCompiler, setCompiler } from "../compiler.ts";
import type { DType } from "../dtype.ts";
import { ownerOf } from "../tensor_owner.ts";
import { tf } from "../tf.ts";
import { PjrtCompiler } from "./compiler.ts";
import { openPlanner, PLANNER, type Planner, type PlannerOptions } from "./open_planner.ts";

export type { Planner, PlannerOptions } from "./open_planner.ts";

// What the planner found when it became the backend.
interface Session {
  readonly planner: Planner;
  readonly backend: string | undefined;
  readonly compiler: Compiler | undefined;
  readonly variables: ReadonlySet<tf.Variable>;
}

let session: Promise<Session> | undefined;
let leaving: Promise<void> = Promise.resolve();
let users = 0;

/**
 * Calls `work` while the planner is TF.js's backend: tensors of more than 1,024 bytes are hollow.
 * Nothing else may use TF.js meanwhile.
 *
 * Tensors and variables that `work` makes end with it. Those of other backends stay as and where
 * they are; `work` sees them as hollow ones. Inside another call `work` is a part of that one, whose
 * options count.
 *
 * @throws {PluginUnavailableError} If there is no plugin of the kind.
 */
export async function withPlanner<T>(
  work: (planner: Planner) => T | Promise<T>,
  options: PlannerOptions = {},
): Promise<T> {
  users++;
  const current = session ??= leaving.then(() => enter(options));
  try {
    const { planner } = await current;
    return await work(planner);
  } finally {
    if (--users === 0) {
      session = undefined;
      leaving = current.then(leave, () => {});
      await leaving;
    }
  }
}

/**
 * A tensor with a shape and a type, and no values. Ops on it give such tensors, too; reading it is a
 * `TypeError`.
 *
 * @throws {TypeError} If the backend in use has no such tensors: the planner and `pjrt` do.
 */
export function hollow(shape: readonly number[], dtype: DType = "float32"): tf.Tensor {
  const compiler = currentCompiler();
  if (compiler instanceof PjrtCompiler) return compiler.hollow({ shape, dtype });
  throw new TypeError(
    `The backend '${tf.getBackend()}' has no hollow tensors: make them inside withPlanner()`,
  );
}

/** Whether the planner is TF.js's backend: values that are made now would not be kept. */
export function isPlanning(): boolean {
  return tf.engine().backendName === PLANNER;
}

/** Whether a tensor is a {@linkcode hollow} one. */
export function isHollow(tensor: tf.Tensor): boolean {
  const compiler = currentCompiler();
  return compiler instanceof PjrtCompiler && compiler.isHollow(tensor);
}

async function enter(options: PlannerOptions): Promise<Session> {
  const planner = await openPlanner(options);
  const before: Session = {
    planner,
    backend: tf.engine().backendName,
    compiler: currentCompiler(),
    variables: new Set(Object.values(tf.engine().registeredVariables)),
  };
  tf.registerBackend(PLANNER, () => planner.backend);
  await tf.setBackend(PLANNER);
  setCompiler(planner.compiler);
  tf.engine().startScope();
  return before;
}

async function leave({ planner, backend, compiler, variables }: Session): Promise<void> {
  for (const variable of Object.values(tf.engine().registeredVariables)) {
    if (!variables.has(variable) && ownerOf(variable.dataId) === planner.backend) {
      variable.dispose();
    }
  }
  tf.engine().endScope();
  planner.backend.forgetOthers();
  if (backend) await tf.setBackend(backend);
  // Left there, TF.js would take it by itself where no other backend was started.
  tf.removeBackend(PLANNER);
  setCompiler(compiler);
}
