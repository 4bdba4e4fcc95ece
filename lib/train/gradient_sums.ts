import { tf } from "../engine/tf.ts";
import { clearVariables, zeroVariable } from "./zero_variable.ts";

/** Sums of loss and gradients over micro-batches; there are none until they are needed. */
export class GradientSums implements Disposable {
  readonly #parameters: readonly tf.Variable[];
  readonly #variables: tf.Variable[] = [];

  /** @param parameters What there are gradients of. */
  constructor(parameters: readonly tf.Variable[]) {
    this.#parameters = parameters;
  }

  /** The sum of the losses, then those of the gradients. */
  get variables(): readonly tf.Variable[] {
    return this.#variables;
  }

  /** Makes the variables, before a function that uses them is traced. */
  make(): void {
    if (this.#variables.length > 0) return;
    this.#variables.push(
      zeroVariable({ shape: [] }),
      ...this.#parameters.map((parameter) => zeroVariable(parameter)),
    );
  }

  /** Adds the loss and gradients of a micro-batch. */
  add(values: readonly tf.Tensor[]): void {
    values.forEach((value, i) => {
      const sum = this.#variables[i];
      sum?.assign(tf.add(sum, value));
    });
  }

  /** The sums as they stand. */
  read(): { readonly loss: tf.Scalar; readonly gradients: readonly tf.Tensor[] } {
    const [loss, ...gradients] = this.#variables.map((sum) => tf.add(sum, 0));
    return { loss: loss as tf.Scalar, gradients };
  }

  /** Begins the next batch. */
  clear(): void {
    clearVariables(this.#variables);
  }

  /** Frees the sums. */
  [Symbol.dispose](): void {
    tf.dispose(this.#variables);
  }
}
