/**
 * What the project offers for a family of cases: a function from a case's inputs to its results.
 *
 * @module
 */
import { tf } from "../../lib/engine/tf.ts";
import type { Attributes } from "./manifest.ts";

/** Tensors by name. */
export type Tensors = Record<string, tf.Tensor>;

/** A function of tensors, compiled or not. */
export type TensorFunction = (...tensors: tf.Tensor[]) => Tensors;

/** What an implementation is given. */
export interface CaseRun {
  /** The inputs, named without `in.`, in their stored types. */
  readonly inputs: Readonly<Tensors>;
  /** The settings of the case. */
  readonly attributes: Attributes;
  /** The inputs whose gradients the case holds. */
  readonly gradients: readonly string[];
  /** `engine.compile`, or nothing where the case runs eagerly; freed after the case. */
  readonly compile: (fn: TensorFunction) => TensorFunction;
}

/** Gives results named as in the manifest: `out.*` and `grad.*`. */
export type Implementation = (run: CaseRun) => Tensors | Promise<Tensors>;

/** One function of the inputs gives `out.*`, with or without a compiler. */
export function forward(fn: (inputs: Tensors, attributes: Attributes) => Tensors): Implementation {
  return (run) => {
    const results = callCompiled(run, (inputs) => fn(inputs, run.attributes));
    return withPrefix("out.", results);
  };
}

/**
 * A function of the inputs gives `out.y`; the asked gradients are those of `sum(y * gy)`, with `gy`
 * from the inputs.
 */
export function differentiable(
  fn: (inputs: Tensors, attributes: Attributes) => tf.Tensor,
): Implementation {
  return (run) => {
    const { attributes, gradients } = run;
    return callCompiled(run, (inputs) => {
      if (gradients.length === 0) return { "out.y": fn(inputs, attributes) };
      const { value, grads } = tf.valueAndGrads((...learned: tf.Tensor[]) =>
        fn({ ...inputs, ...zip(gradients, learned) }, attributes)
      )(gradients.map((name) => tensorOf(inputs, name)), tensorOf(inputs, "gy"));
      return { "out.y": value, ...withPrefix("grad.", zip(gradients, grads)) };
    });
  };
}

/** @throws {RangeError} If the case has no such input. */
export function tensorOf(inputs: Readonly<Tensors>, name: string): tf.Tensor {
  const tensor = inputs[name];
  if (!tensor) throw new RangeError(`The case has no input 'in.${name}'`);
  return tensor;
}

/** Calls a function of named tensors through the run's compiler. */
export function callCompiled(run: CaseRun, fn: (inputs: Tensors) => Tensors): Tensors {
  const names = Object.keys(run.inputs);
  return run.compile((...tensors) => fn(zip(names, tensors)))(...Object.values(run.inputs));
}

function zip(names: readonly string[], tensors: readonly tf.Tensor[]): Tensors {
  return Object.fromEntries(tensors.map((tensor, i) => [names[i], tensor]));
}

function withPrefix(prefix: string, tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]),
  );
}
