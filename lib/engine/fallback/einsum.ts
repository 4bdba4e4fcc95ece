/**
 * Einstein summation as one batched matrix product, by TF.js's own ops: for backends without it.
 *
 * @module
 */
import { sizeOf } from "../dtype.ts";
import { tf } from "../tf.ts";
import type { KernelCall } from "../kernels/register.ts";

interface Labeled {
  readonly tensor: tf.Tensor;
  /** One letter an axis. */
  readonly labels: string;
}

/** The kernel `Einsum`: `attrs.equation` such as `bij,bjk->bik`, each letter once in a term. */
export function einsum({ inputs, attrs }: KernelCall<unknown>): tf.Tensor {
  const equation = (attrs as { equation: string }).equation.replaceAll(" ", "");
  const tensors = Object.values(inputs) as tf.Tensor[];
  const { terms, result } = parseEquation(equation, tensors.length);
  return tf.tidy(() => {
    const operands = terms.map((labels, i) => ({ tensor: tensors[i]!, labels }));
    const product = operands.reduce((left, right, i) => {
      const later = terms.slice(i + 1).join("") + result;
      return multiply(left, right, later);
    });
    return arrange(sumOut(product, result), result);
  });
}

function parseEquation(equation: string, inputs: number): { terms: string[]; result: string } {
  const [left, result, ...more] = equation.split("->");
  const terms = left?.split(",") ?? [];
  const repeats = (labels: string) => new Set(labels).size < labels.length;
  if (result === undefined || more.length > 0 || terms.length !== inputs) {
    throw new TypeError(`Cannot read einsum '${equation}' for ${inputs} tensors`);
  }
  if (!/^[A-Za-z,]*$/.test(left + result) || [...terms, result].some(repeats)) {
    throw new TypeError(
      `Einsum '${equation}' needs one letter an axis, each once in a term, on this backend`,
    );
  }
  return { terms, result };
}

/** The product of two operands, summed over the letters that nothing later uses. */
function multiply(a: Labeled, b: Labeled, later: string): Labeled {
  const left = sumOut(a, b.labels + later);
  const right = sumOut(b, a.labels + later);
  const both = [...left.labels].filter((label) => right.labels.includes(label));
  const batch = both.filter((label) => later.includes(label)).join("");
  const inner = both.filter((label) => !later.includes(label)).join("");
  const rows = without(left.labels, batch + inner);
  const columns = without(right.labels, batch + inner);
  const matrices = tf.matMul(
    asMatrices(left, [batch, rows, inner]),
    asMatrices(right, [batch, inner, columns]),
  );
  const lengths = new Map([...lengthsOf(left), ...lengthsOf(right)]);
  const labels = batch + rows + columns;
  return { tensor: tf.reshape(matrices, [...labels].map((l) => lengths.get(l) ?? 1)), labels };
}

function sumOut({ tensor, labels }: Labeled, kept: string): Labeled {
  const gone = without(labels, kept);
  if (gone === "") return { tensor, labels };
  const axes = [...gone].map((label) => labels.indexOf(label));
  return { tensor: tf.sum(tensor, axes), labels: without(labels, gone) };
}

function asMatrices(operand: Labeled, groups: readonly [string, string, string]): tf.Tensor3D {
  const lengths = lengthsOf(operand);
  const sizes = groups.map((group) => sizeOf([...group].map((label) => lengths.get(label) ?? 1)));
  return tf.reshape(arrange(operand, groups.join("")), sizes as [number, number, number]);
}

function arrange({ tensor, labels }: Labeled, wanted: string): tf.Tensor {
  return tf.transpose(tensor, [...wanted].map((label) => labels.indexOf(label)));
}

function lengthsOf({ tensor, labels }: Labeled): Map<string, number> {
  return new Map([...labels].map((label, axis) => [label, tensor.shape[axis] ?? 1]));
}

function without(labels: string, gone: string): string {
  return [...labels].filter((label) => !gone.includes(label)).join("");
}
