import {
  type CompileMode,
  type Compiler,
  currentCompiler,
  type Executable,
  type ExecutableCall,
} from "./compiler.ts";
import { ownVariables } from "./own_variables.ts";
import { tf } from "./tf.ts";
import { restoreTree, type TensorTree, type TreeShape } from "./tensor_tree.ts";
import { traceFunction } from "./trace_function.ts";

/** Options of {@linkcode compile}. */
export interface CompileOptions {
  /** `xla` (default) compiles the whole function; `graph` runs its ops in TensorFlow's executor. */
  readonly mode?: CompileMode;
  /** A name for messages, letters and digits; `compiled` by default. */
  readonly name?: string;
}

/** What a compiled function takes: numbers stand for scalars that may change at every call. */
export type CompiledArguments<Arguments extends readonly tf.Tensor[]> = {
  [Key in keyof Arguments]: Arguments[Key] | number;
};

/** What one compilation of a function holds. */
export interface CompiledSummary {
  /** Shapes and types of the arguments that it serves. */
  readonly signature: string;
  /** The number of ops, constants and inputs. */
  readonly nodes: number;
  /** The names of the variables that it reads or updates. */
  readonly variables: readonly string[];
  /** Tensors from outside, other than variables, that it keeps and reads, as `dtype[shape]`. */
  readonly captures: readonly string[];
}

/** A compiled function. */
export interface Compiled<Arguments extends readonly tf.Tensor[], Result extends TensorTree> {
  /** Runs the function; compiles first where the arguments' shapes or types are new. */
  (...args: CompiledArguments<Arguments>): Result;
  /**
   * Compiles for arguments of these shapes and types, and runs nothing. On `pjrt` timers and signals go on
   * meanwhile; on other backends it only writes the function down, and the first call compiles.
   */
  ready(...args: CompiledArguments<Arguments>): Promise<void>;
  /** What was compiled so far; empty on backends that run op by op. */
  readonly compiled: readonly CompiledSummary[];
  /** Frees the executables and the captured tensors. */
  dispose(): void;
}

interface Compilation {
  readonly summary: CompiledSummary;
  readonly executable: Executable;
  readonly captures: readonly number[];
  readonly variables: readonly tf.Variable[];
  readonly result: TreeShape;
}

/**
 * Makes one executable of a function of tensors.
 *
 * At the first call with new shapes or types the function runs once, and what its ops would do is
 * written down, gradients included. From then on only the executable runs. So:
 * - what the function reads of the world besides tensors (numbers, options) is fixed by that run;
 * - a `tf.Variable` that it reads is read at every call, one that it assigns is updated in place;
 * - any other tensor of at most 1,024 bytes from outside becomes a constant, a larger one is kept
 *   and read ({@linkcode CompiledSummary.captures});
 * - what is drawn at random on the host (`tf.randomNormal` and its kin) is drawn by that run, once;
 * - values cannot be read inside, shapes cannot depend on data, and an index out of range takes the
 *   nearest element where TensorFlow's eager ops refuse it.
 *
 * On backends without a compiler the function runs op by op, with the same results.
 *
 * @param fn The function. Its result is a tensor, or an array or record of tensors.
 * @param options The options.
 * @throws {TypeError} At the call, if the function does what a compiled function cannot; the
 * message names the op and where it was called.
 */
export function compile<Arguments extends readonly tf.Tensor[], Result extends TensorTree>(
  fn: (...args: Arguments) => Result,
  options: CompileOptions = {},
): Compiled<Arguments, Result> {
  const { mode = "xla", name = "compiled" } = options;
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) {
    throw new RangeError(
      `A compiled function's name needs letters and digits: current value is '${name}'`,
    );
  }
  const compilations = new Map<string, Compilation>();
  let owner: Compiler | undefined;

  function compilationFor(tensors: Arguments, compiler: Compiler): Compilation {
    if (owner && owner !== compiler) {
      throw new TypeError(`Compiled function '${name}' belongs to a backend that was replaced`);
    }
    const signature = signatureOf(tensors, compiler);
    const known = compilations.get(signature);
    if (known) return known;
    const made = compileNow(fn, { compiler, tensors, signature, mode, name });
    compilations.set(signature, made);
    owner = compiler;
    return made;
  }

  function call(...args: CompiledArguments<Arguments>): Result {
    return withTensors<Arguments, Result>(args, (tensors) => {
      const compiler = currentCompiler();
      // Inside another compiled function this one becomes a part of it.
      if (!compiler || compiler.tracing) return tf.tidy(() => fn(...tensors)) as Result;
      return run(compilationFor(tensors, compiler), compiler, tensors) as Result;
    });
  }

  async function ready(...args: CompiledArguments<Arguments>): Promise<void> {
    const compiler = currentCompiler();
    if (!compiler || compiler.tracing) return;
    await withTensors<Arguments, Promise<void> | undefined>(args, (tensors) => {
      const compilation = compilationFor(tensors, compiler);
      return compilation.executable.ready?.(callOf(compilation, compiler, tensors));
    });
  }

  function dispose(): void {
    for (const { executable, captures } of compilations.values()) {
      executable.dispose();
      for (const id of captures) owner?.release(id);
    }
    compilations.clear();
    owner = undefined;
  }

  return Object.defineProperties(call, {
    ready: { value: ready },
    compiled: { get: () => [...compilations.values()].map(({ summary }) => summary) },
    dispose: { value: dispose },
  }) as Compiled<Arguments, Result>;
}

function withTensors<Arguments extends readonly tf.Tensor[], T>(
  args: CompiledArguments<Arguments>,
  use: (tensors: Arguments) => T,
): T {
  const made: tf.Tensor[] = [];
  try {
    const tensors = args.map((arg) => {
      if (typeof arg !== "number") return arg;
      const scalar = tf.keep(tf.scalar(arg));
      made.push(scalar);
      return scalar;
    });
    return use(tensors as unknown as Arguments);
  } finally {
    tf.dispose(made);
  }
}

function signatureOf(tensors: readonly tf.Tensor[], compiler: Compiler): string {
  return tensors.map((tensor) => `${compiler.dtypeOf(tensor)}[${tensor.shape}]`).join(", ");
}

interface CompileRequest<Arguments> {
  readonly compiler: Compiler;
  readonly tensors: Arguments;
  readonly signature: string;
  readonly mode: CompileMode;
  readonly name: string;
}

function compileNow<Arguments extends readonly tf.Tensor[], Result extends TensorTree>(
  fn: (...args: Arguments) => Result,
  { compiler, tensors, signature, mode, name }: CompileRequest<Arguments>,
): Compilation {
  // Two variables that share their values would be one in the trace.
  ownVariables(Object.values(tf.engine().registeredVariables), compiler);
  const traced = traceFunction(fn, { compiler, tensors });
  try {
    return {
      summary: {
        signature,
        nodes: traced.graph.nodes.length,
        variables: traced.variables.map((variable) => variable.name),
        captures: traced.graph.nodes.filter(({ kind }) => kind === "capture")
          .map(({ outputs: [output] }) => `${output?.dtype}[${output?.shape}]`),
      },
      executable: compiler.lower(traced.graph, { name, mode }),
      captures: traced.captures,
      variables: traced.variables,
      result: traced.result,
    };
  } catch (error) {
    for (const id of traced.captures) compiler.release(id);
    throw error;
  }
}

function run(
  compilation: Compilation,
  compiler: Compiler,
  tensors: readonly tf.Tensor[],
): TensorTree {
  const { executable, result } = compilation;
  return restoreTree(result, executable.run(callOf(compilation, compiler, tensors)));
}

function callOf(
  { captures, variables }: Compilation,
  compiler: Compiler,
  tensors: readonly tf.Tensor[],
): ExecutableCall {
  const gone = variables.find((variable) => variable.isDisposed);
  if (gone) throw new TypeError(`Variable '${gone.name}' of a compiled function was disposed`);
  ownVariables(variables, compiler);
  return {
    inputs: [...compiler.idsOf(tensors), ...captures],
    state: compiler.idsOf(variables),
  };
}
