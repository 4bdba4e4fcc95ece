import { tf } from "../../../../lib/engine/tf.ts";
import { numberOf } from "../../attributes.ts";
import { differentiable, forward, type Implementation, tensorOf } from "../../implementation.ts";

const UNARY: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  abs: tf.abs,
  ceil: tf.ceil,
  cos: tf.cos,
  erf: tf.erf,
  exp: tf.exp,
  expm1: tf.expm1,
  floor: tf.floor,
  log: tf.log,
  log1p: tf.log1p,
  neg: tf.neg,
  reciprocal: tf.reciprocal,
  relu: tf.relu,
  round: tf.round,
  rsqrt: tf.rsqrt,
  sigmoid: tf.sigmoid,
  sign: tf.sign,
  sin: tf.sin,
  softplus: tf.softplus,
  sqrt: tf.sqrt,
  square: tf.square,
  tanh: tf.tanh,
};

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const BINARY: Record<string, Binary> = {
  add: tf.add,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  mul: tf.mul,
  pow: tf.pow,
  "squared-difference": tf.squaredDifference,
  sub: tf.sub,
};

const COMPARISONS: Record<string, Binary> = {
  equal: tf.equal,
  greater: tf.greater,
  "greater-equal": tf.greaterEqual,
  less: tf.less,
  "less-equal": tf.lessEqual,
  "logical-and": tf.logicalAnd,
  "logical-or": tf.logicalOr,
  "logical-xor": tf.logicalXor,
  "not-equal": tf.notEqual,
};

/** Ops that work element by element, with broadcasting. */
export const ELEMENTWISE: readonly (readonly [string, Implementation])[] = [
  ...Object.entries(UNARY).map(([name, op]) =>
    [`op-${name}`, differentiable((inputs) => op(tensorOf(inputs, "x")))] as const
  ),
  ...Object.entries(BINARY).map(([name, op]) =>
    [
      `op-${name}`,
      differentiable((inputs) => op(tensorOf(inputs, "a"), tensorOf(inputs, "b"))),
    ] as const
  ),
  ...Object.entries(COMPARISONS).map(([name, op]) =>
    [
      `op-${name}`,
      forward((inputs) => ({ y: op(tensorOf(inputs, "a"), tensorOf(inputs, "b")) })),
    ] as const
  ),
  ["op-logical-not", forward((inputs) => ({ y: tf.logicalNot(tensorOf(inputs, "a")) }))],
  [
    "op-where",
    differentiable((inputs) =>
      tf.where(tensorOf(inputs, "condition"), tensorOf(inputs, "a"), tensorOf(inputs, "b"))
    ),
  ],
  [
    "op-clip",
    differentiable((inputs, attributes) =>
      tf.clipByValue(
        tensorOf(inputs, "x"),
        numberOf(attributes, "min"),
        numberOf(attributes, "max"),
      )
    ),
  ],
];
