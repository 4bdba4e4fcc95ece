import { bitwiseOr, dtypeOf } from "../engine/mod.ts";
import { tf } from "../engine/tf.ts";
import type { Role, Trainable } from "../model/trainable.ts";
import { heldBytes } from "../quant/held_bytes.ts";

/** What a tensor of a layer's state is for: a role for one that training changes, else `frozen`. */
export type StateRole = Role | "frozen";

/** One tensor of a layer's state. */
export interface StateTensor {
  readonly role: StateRole;
  /** The tensor, in the type in which the process holds it: int8 codes, packed bytes, float32. */
  readonly variable: tf.Variable;
  /** The same values on the host, where a merge must know them without waiting for the device. */
  readonly host?: Float32Array;
}

/**
 * What a method keeps of one linear layer.
 *
 * All numbers that differ between runs of one shape (codes, scales, grid bounds, multipliers) are
 * variables: a compiled step reads them at every call, so {@linkcode assignState} puts another run
 * into the same executable. What a compiled step cannot change is in `form`.
 */
export interface LinearState<Form = unknown> {
  /** The layer's name in the model. */
  readonly layer: string;
  /** The weight's outputs and inputs, `[O, I]`. */
  readonly shape: readonly [outputs: number, inputs: number];
  /** What is compiled in: layouts, options, storage formats. */
  readonly form: Form;
  /** The tensors by name, in a fixed order. */
  readonly tensors: ReadonlyMap<string, StateTensor>;
}

/** A tensor for {@linkcode makeState}, which takes it over. */
export interface StateEntry {
  readonly role: StateRole;
  readonly value: tf.Tensor;
  /** The same values on the host, where they are to stay there, too. */
  readonly host?: Float32Array;
}

/** What {@linkcode makeState} needs besides the tensors. */
export type StateFacts<Form> = Omit<LinearState<Form>, "tensors">;

/** Makes a state; the tensors given become variables and are disposed. */
export function makeState<Form>(
  facts: StateFacts<Form>,
  entries: Readonly<Record<string, StateEntry | undefined>>,
): LinearState<Form> {
  const tensors = new Map<string, StateTensor>();
  for (const [name, entry] of Object.entries(entries)) {
    if (!entry) continue;
    const { role, value, host } = entry;
    // A variable shares the tensor's data, so this copies nothing.
    const variable = tf.variable(value, role !== "frozen");
    value.dispose();
    tensors.set(name, { role, variable, ...(host && { host }) });
  }
  return { ...facts, tensors };
}

/** @throws {RangeError} If the state has no such tensor. */
export function stateTensor<T extends tf.Tensor = tf.Tensor>(state: LinearState, name: string): T {
  const found = state.tensors.get(name);
  if (found) return found.variable as tf.Tensor as T;
  const names = [...state.tensors.keys()].join(", ");
  throw new RangeError(`Layer ${state.layer} has no state '${name}': it has ${names}`);
}

/** A tensor that a state may lack. */
export function optionalTensor<T extends tf.Tensor = tf.Tensor>(
  state: LinearState,
  name: string,
): T | undefined {
  return state.tensors.get(name)?.variable as tf.Tensor as T | undefined;
}

/** What training changes of a layer, named `layer.tensor`. */
export function trainablesOf({ layer, tensors }: LinearState): Trainable[] {
  return [...tensors].flatMap(([name, { role, variable }]) =>
    role === "frozen" ? [] : [{ name: `${layer}.${name}`, role, variable }]
  );
}

/**
 * Gives a state the values of another one, in place: the compiled step that reads `target` then
 * works on `source`'s run.
 *
 * @throws {TypeError} If the states differ in layout: form, tensor names, roles, shapes or types.
 */
export function assignState(target: LinearState, source: LinearState): void {
  refuseOtherLayout(target, source);
  for (const [name, { variable, host }] of target.tensors) {
    tf.tidy(() => variable.assign(copied(stateTensor(source, name))));
    host?.set(source.tensors.get(name)?.host ?? []);
  }
}

// Two variables that share their data look like one to a compiler, so an op must make the copy.
function copied(tensor: tf.Tensor): tf.Tensor {
  return tensor.dtype === "float32" ? tf.neg(tf.neg(tensor)) : bitwiseOr(tensor, tensor);
}

function refuseOtherLayout(target: LinearState, source: LinearState): void {
  const [expected, found] = [layoutOf(target), layoutOf(source)];
  const at = expected.findIndex((line, i) => line !== found[i]);
  if (at === -1 && expected.length === found.length) return;
  throw new TypeError(
    `Cannot load the state of layer ${source.layer} into that of ${target.layer}: ` +
      `expected ${expected[at] ?? "no more tensors"}, found ${found[at] ?? "no more tensors"}`,
  );
}

function layoutOf({ form, tensors }: LinearState): string[] {
  const lines = [...tensors].map(([name, { role, variable }]) =>
    `${role} ${name} ${dtypeOf(variable)}[${variable.shape}]`
  );
  return [`the form ${JSON.stringify(form)}`, ...lines];
}

/** Bytes that a state's tensors take, each in its true type. */
export function stateBytes({ tensors }: LinearState): number {
  return [...tensors.values()].reduce((sum, { variable }) => sum + heldBytes(variable), 0);
}

/** Frees a state's tensors. */
export function disposeState({ tensors }: LinearState): void {
  for (const { variable } of tensors.values()) variable.dispose();
}
