import type { Tokenizer } from "../data/tokenizer.ts";
import { compile, type Compiled } from "../engine/compile.ts";
import { type Compiler, currentCompiler } from "../engine/compiler.ts";
import { tf } from "../engine/tf.ts";
import { type LinearState, stateTensor } from "./linear_state.ts";
import { type LinearWeight, weightTensors, withWeightTensors } from "./linear_weight.ts";
import type { Method } from "./method.ts";
import type { PreparedModel } from "./prepared_model.ts";
import { QuantizedModel } from "./quantized_model.ts";

/** Options of {@linkcode mergeLayer} and {@linkcode mergeModel}. */
export interface MergeOptions {
  /**
   * How the training steps ran: `compiled` (default) or `eager`. Compilers add sums up in another
   * order, so codes next to a tie are those of training only if the merge runs the same way.
   */
  readonly mode?: "compiled" | "eager";
}

/**
 * Makes of a trained model what is deployed: every layer merged, the rest as it is.
 *
 * The weights are new; embeddings, norms, biases and head are shared with the model that was
 * prepared. With methods that merge exactly, the outputs are those of the last training forward.
 */
export function mergeModel<T extends Tokenizer | undefined>(
  prepared: PreparedModel<T>,
  options: MergeOptions = {},
): QuantizedModel<T> {
  const { source, config, parameters, tokenizer, settings, states } = prepared;
  const weights = new Map<string, LinearWeight>();
  for (const [layer, state] of states) {
    weights.set(layer, mergeLayer(prepared.method, state, options));
  }
  const method = prepared.method.name;
  return new QuantizedModel({ source, config, parameters, tokenizer, weights, method, settings });
}

/** Merges one layer. */
export function mergeLayer<Weight extends LinearWeight, Form>(
  method: Method<Weight, Form>,
  state: LinearState<Form>,
  { mode = "compiled" }: MergeOptions = {},
): Weight {
  const compiler = mode === "compiled" ? currentCompiler() : undefined;
  if (!compiler || compiler.tracing) return method.merge(state);
  const { weight, tensors } = compiledMerge(compiler, method as Method, state);
  return withWeightTensors(weight, tensors) as Weight;
}

interface CompiledMerge {
  readonly run: Compiled<tf.Tensor[], tf.Tensor[]>;
  /** The weight as the trace saw it: its tensors are gone, the rest counts. */
  weight?: LinearWeight;
}

// One executable for all layers of a shape, form and grid; executables belong to a backend.
const MERGES = new WeakMap<Compiler, Map<string, CompiledMerge>>();

function compiledMerge(
  compiler: Compiler,
  method: Method,
  state: LinearState,
): { readonly weight: LinearWeight; readonly tensors: readonly tf.Tensor[] } {
  const known = MERGES.get(compiler) ?? new Map<string, CompiledMerge>();
  MERGES.set(compiler, known);
  // A merge looks at numbers on the host, such as bits, so they are part of the executable.
  const numbers = [...state.tensors.values()].map(({ host }) => host && [...host]);
  const key = JSON.stringify([method.name, state.shape, state.form, numbers]);
  const made = known.get(key) ?? traceableMerge(method, state);
  known.set(key, made);
  const names = [...state.tensors.keys()];
  const tensors = made.run(...names.map((name) => stateTensor(state, name)));
  if (!made.weight) throw new Error(`The merge of ${state.layer} was not traced`);
  return { weight: made.weight, tensors };
}

function traceableMerge(
  method: Method,
  { layer, shape, form, tensors }: LinearState,
): CompiledMerge {
  const entries = [...tensors].map(([name, { role, host }]) =>
    [name, { role, ...(host && { host: host.slice() }) }] as const
  );
  const made: CompiledMerge = {
    run: compile((...args: tf.Tensor[]) => {
      const traced = entries.map(([name, entry], i) =>
        [name, { ...entry, variable: args[i] as tf.Variable }] as const
      );
      const weight = method.merge({ layer, shape, form, tensors: new Map(traced) });
      made.weight = weight;
      return weightTensors(weight);
    }, { name: "merge" }),
  };
  return made;
}
