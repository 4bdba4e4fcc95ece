/**
 * States of methods put together from a case's tensors, so that golden vectors reach the methods
 * themselves.
 *
 * @module
 */
import type { tf } from "../../../lib/engine/tf.ts";
import type { LinearState, StateTensor } from "../../../lib/methods/linear_state.ts";
import { numbersEntry, type RuntimeNumber } from "../../../lib/methods/runtime_numbers.ts";

/** What a state is made of. */
export interface StateOf<Form> {
  readonly shape: readonly number[];
  readonly form: Form;
  readonly numbers: Readonly<Partial<Record<RuntimeNumber, number>>>;
  readonly tensors: Readonly<Record<string, tf.Tensor | undefined>>;
  readonly layer?: string;
}

/** The same state with other tensors in the place of some. */
export function withTensors<Form>(
  state: LinearState<Form>,
  tensors: Readonly<Record<string, tf.Tensor>>,
): LinearState<Form> {
  const replaced = [...state.tensors].map(([name, entry]) => {
    const variable = (tensors[name] as tf.Variable | undefined) ?? entry.variable;
    return [name, { ...entry, variable }] as const;
  });
  return { ...state, tensors: new Map(replaced) };
}

/** A state whose tensors may be those of a trace: methods read variables as tensors. */
export function stateOf<Form>(
  { shape: [outputs = 0, inputs = 0], form, numbers, tensors, layer = "layer" }: StateOf<Form>,
): LinearState<Form> {
  const entries = Object.entries(tensors).flatMap(([name, tensor]) =>
    tensor ? [[name, { role: "frozen", variable: tensor as tf.Variable }] as const] : []
  );
  const { role, value, host } = numbersEntry(numbers);
  const entry = { role, variable: value as tf.Variable, ...(host && { host }) };
  return {
    layer,
    shape: [outputs, inputs],
    form,
    tensors: new Map<string, StateTensor>([...entries, ["numbers", entry]]),
  };
}
