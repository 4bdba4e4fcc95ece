import { setCompiler } from "../compiler.ts";
import type { Device } from "../device.ts";
import type { FindLibraryOptions, TensorflowLibrary } from "../library/mod.ts";
import { findLibrary, requireSupportedVersion } from "../library/mod.ts";
import { makeKernelBackend } from "../kernels/kernel_backend.ts";
import { registerNodeKernels } from "../kernels/node_kernels.ts";
import { tf } from "../tf.ts";
import { Binding } from "./binding.ts";
import { textAt } from "./c_text.ts";
import { TensorflowCompiler } from "./compiler.ts";
import { makeContext } from "./context.ts";
import { prepareEnvironment } from "./environment.ts";
import { Runtime } from "./runtime.ts";
import { openTensorflow } from "./symbols.ts";

/** What the TensorFlow backend runs on. */
export interface TensorflowStart {
  readonly library: TensorflowLibrary;
  /** What the loaded library says of itself, for example `2.21.0`. */
  readonly version: string;
  /** Threads that one op may use, as the first start of the process fixed them. */
  readonly threads: number;
  readonly devices: readonly Device[];
}

/** Options of {@linkcode startTensorflow}. */
export interface StartTensorflowOptions extends FindLibraryOptions {
  /** Threads that one op may use. */
  readonly threads: number;
}

interface Started extends TensorflowStart {
  readonly compiler: TensorflowCompiler;
}

const BACKEND_NAME = "tensorflow";

let started: Promise<Started> | undefined;

/**
 * Makes TensorFlow the backend of TF.js. The library is loaded once in a process; options of later
 * calls change nothing.
 *
 * @throws {LibraryUnavailableError} If the library is neither found nor fetched.
 * @throws {TensorflowError} If it does not start.
 */
export async function startTensorflow(options: StartTensorflowOptions): Promise<TensorflowStart> {
  started ??= load(options);
  try {
    const { compiler, ...start } = await started;
    await tf.setBackend(BACKEND_NAME);
    setCompiler(compiler);
    return start;
  } catch (error) {
    started = undefined;
    throw error;
  }
}

async function load(options: StartTensorflowOptions): Promise<Started> {
  const library = await findLibrary(options);
  prepareEnvironment(library);
  const tensorflow = openTensorflow(library);
  const version = textAt(tensorflow.core.TF_Version());
  requireSupportedVersion(version, library.core);
  const context = makeContext(tensorflow, options);
  const runtime = new Runtime(tensorflow, context);
  const binding = new Binding(runtime);
  const backend = makeKernelBackend(binding);
  tf.registerBackend(BACKEND_NAME, () => backend);
  registerNodeKernels(BACKEND_NAME, backend);
  const compiler = new TensorflowCompiler({ runtime, binding, backend });
  const { threads } = options;
  return { library, version, threads, devices: context.devices, compiler };
}
